-- For pages that Quarto writes by itself: says above each that it is a draft. The build reads the
-- chapters out of Quarto's pages and puts its own furniture round them.

local words = "Draft: rendered by Quarto alone. Version, status and hashes come from the build."

function Pandoc(document)
  local banner = pandoc.Div({ pandoc.Para(words) }, pandoc.Attr("", { "review-banner" }))
  document.blocks:insert(1, banner)
  return document
end
