-- For pages that Quarto writes by itself: says above each that it is a draft, and lets each name
-- every reference, for Quarto resolves a page alone and would number its citations from one. The
-- build names those of the edition, reads the chapters out of Quarto's pages and puts its own
-- furniture round them.

local words = "Draft: rendered by Quarto alone. Version, status and hashes come from the build."

function Pandoc(document)
  local banner = pandoc.Div({ pandoc.Para(words) }, pandoc.Attr("", { "review-banner" }))
  document.blocks:insert(1, banner)
  if not document.meta.nocite then
    document.meta.nocite = { pandoc.Cite({ pandoc.Str("@*") }, { pandoc.Citation("*", "NormalCitation") }) }
  end
  return document
end
