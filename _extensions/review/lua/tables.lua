-- Tables that come as HTML keep Markdown in <span data-qmd="...">: read it here, before
-- citations are resolved, so that a citation in a cell is resolved with all others.
-- Quarto does this by itself. Built-in renderer only.

local entities = { ["&lt;"] = "<", ["&gt;"] = ">", ["&quot;"] = '"', ["&#34;"] = '"',
  ["&#x27;"] = "'", ["&#39;"] = "'", ["&#10;"] = " ", ["&amp;"] = "&" }

local function unescape(text)
  return (text:gsub("&#?%w+;", entities))
end

local known = {}

local function markdown_of(text)
  if not known[text] then
    known[text] = pandoc.utils.blocks_to_inlines(pandoc.read(unescape(text), "markdown").blocks)
  end
  return known[text]:clone()
end

local function read_spans(html)
  local inlines, position = pandoc.Inlines {}, 1
  while true do
    local first, last, text = html:find('<span%s+data%-qmd="([^"]*)"[^>]*>.-</span>', position)
    if not first then break end
    inlines:insert(pandoc.RawInline("html", html:sub(position, first - 1)))
    inlines:extend(markdown_of(text))
    position = last + 1
  end
  inlines:insert(pandoc.RawInline("html", html:sub(position)))
  return pandoc.Plain(inlines)
end

function Div(div)
  if div.classes:includes("for-html") then
    return div:walk { RawBlock = function(raw) return read_spans(raw.text) end }
  end
end
