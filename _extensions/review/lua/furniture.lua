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

local function raw(value) return value and value[1] and value[1].text or "" end

-- What the page says of itself to machines: the description of the review, with the title of
-- the page and the works it cites.
local function linked_data(document, review)
  local data = pandoc.json.decode(raw(review["linked-data"]), false)
  local dois, seen = {}, {}
  for _, reference in ipairs(review.references or {}) do
    dois[raw(reference.key)] = raw(reference.doi)
  end
  data.citation = pandoc.List()
  document.blocks:walk { Cite = function(cite)
    for _, citation in ipairs(cite.citations) do
      local doi = dois[citation.id] or ""
      if doi ~= "" and not seen[citation.id] then
        data.citation:insert { ["@type"] = "ScholarlyArticle", ["@id"] = "https://doi.org/" .. doi }
      end
      seen[citation.id] = true
    end
  end }
  local heading = document.blocks:find_if(function(block) return block.t == "Header" end)
  data.headline = stringify(document.meta.title or heading and heading.content or "")
  local text = pandoc.json.encode(data):gsub("<", "\\u003c")
  return pandoc.RawBlock("html", '<script type="application/ld+json">' .. text .. "</script>")
end

function Pandoc(document)
  local review = document.meta.review
  if not review then return nil end
  if raw(review["linked-data"]) ~= "" then
    document.blocks:insert(linked_data(document, review))
  end
  document.blocks:insert(1, banner(review))
  document.blocks:insert(version_line(review))
  return document
end
