-- What the other chapters of an edition need of this one: its headings, the identifiers and
-- numbers of its tables and figures, and what it cites. Runs after editions.lua and tables.lua;
-- a page is set among such chapters as it stands among whole ones. Where the metadata name a file,
-- `stand-ins`, they are written to it and the document stays as it is; where they say `uncited`,
-- nobody asks for the numbers of citations, and none is noted.

local cites, spans, addresses
local uncited = false

local function note_cites(element)
  if uncited then return end
  for _, citation in ipairs(element.citations) do
    local kind = citation.id:match("^(%a+)%-")
    if kind ~= "fig" and kind ~= "tbl" and kind ~= "sec" then cites:insert(citation.id) end
  end
end

local function note_raw(raw)
  for id in raw.text:gmatch('%sid="([^"]*)"') do addresses:insert(id) end
end

local function note_identifier(element)
  if element.identifier ~= "" then spans:insert(element.identifier) end
end

local noted = { Cite = note_cites, RawBlock = note_raw, RawInline = note_raw,
  Span = note_identifier, Div = note_identifier }

local function float(id, element)
  local own = spans
  element:walk(noted)
  spans = own:filter(function(other) return other ~= id end)
  local words = { pandoc.Para("-"), pandoc.Para("-") }
  return pandoc.Div(words, pandoc.Attr(id)), false
end

local function is_float(id) return id:match("^fig%-") or id:match("^tbl%-") end

local function chapter_of(div)
  local kept = pandoc.Blocks {}
  cites, spans, addresses = pandoc.List(), pandoc.List(), pandoc.List()
  div:walk {
    traverse = "topdown",
    Header = function(header)
      kept:insert(header)
      header:walk(noted)
      return header, false
    end,
    Div = function(inner)
      if inner.identifier == "refs" then kept:insert(inner) return inner, false end
      if is_float(inner.identifier) then kept:insert((float(inner.identifier, inner))) return inner, false end
      note_identifier(inner)
    end,
    Table = function(tbl)
      if is_float(tbl.identifier) then kept:insert((float(tbl.identifier, tbl))) return tbl, false end
    end,
    Figure = function(figure)
      local id = figure.identifier
      figure:walk { Image = function(image) id = id ~= "" and id or image.identifier end }
      if is_float(id) then kept:insert((float(id, figure))) return figure, false end
    end,
    Cite = note_cites, RawBlock = note_raw, RawInline = note_raw, Span = note_identifier,
  }
  local seen = {}
  local words = pandoc.Inlines {}
  for _, id in ipairs(cites) do
    if not seen[id] then
      seen[id] = true
      words:insert(pandoc.Cite({ pandoc.Str("@" .. id) }, { pandoc.Citation(id, "NormalCitation") }))
      words:insert(pandoc.Space())
    end
  end
  for _, id in ipairs(spans) do words:insert(pandoc.Span({}, pandoc.Attr(id))) end
  if #words > 0 then kept:insert(pandoc.Para(words)) end
  local tags = addresses:map(function(id) return '<i id="' .. id .. '"></i>' end)
  if #tags > 0 then
    kept:insert(pandoc.Div({ pandoc.RawBlock("html", table.concat(tags)) },
      pandoc.Attr("", { "for-html" })))
  end
  return pandoc.Div(kept, div.attr)
end

function Pandoc(document)
  uncited = document.meta.uncited
  local chapters = pandoc.Pandoc(document.blocks:map(chapter_of))
  local place = document.meta["stand-ins"]
  if not place then return chapters end
  local file = assert(io.open(pandoc.utils.stringify(place), "w"))
  file:write(pandoc.write(chapters, "json"))
  file:close()
  document.meta["stand-ins"] = nil
  return document
end
