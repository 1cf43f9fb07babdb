-- Quarto's pages have a layout of their own: this adds the banner above a chapter and the
-- version line below it. The built-in renderer has both in html/page.html.

local stringify = pandoc.utils.stringify

local function line(name, value)
  return pandoc.Inlines { pandoc.Strong(name), " " } .. pandoc.Inlines(value)
end

local function version_line(review)
  local parts = pandoc.Inlines {}
  for _, row in ipairs(review.rows or {}) do
    if #parts > 0 then parts:insert(pandoc.Str(" · ")) end
    parts:extend(line(stringify(row.name), row.value))
  end
  return pandoc.Div({ pandoc.Para(parts) }, pandoc.Attr("", { "review-version" }))
end

local function banner(review)
  local text = stringify(review.banner or "")
  local status = pandoc.Para(line("Status:", review.status))
  local blocks = pandoc.Blocks { status }
  if text ~= "" then blocks:insert(1, pandoc.Para(pandoc.Strong(text))) end
  return pandoc.Div(blocks, pandoc.Attr("", { "review-banner" }))
end

function Pandoc(document)
  local review = document.meta.review
  if not review then return nil end
  document.blocks:insert(1, banner(review))
  document.blocks:insert(version_line(review))
  return document
end
