-- Leaves one document of a resolved book, where the metadata names it as `sheet`; what led to
-- others becomes text. It runs after citations are resolved: its references keep the numbers they
-- have in the book's list. Built-in renderer only.

local stringify = pandoc.utils.stringify

-- The entries of the book's list of references that `div` cites.
local function cited_in(div, blocks)
  local cited, entries = {}, pandoc.Blocks {}
  div:walk { Cite = function(cite)
    for _, citation in ipairs(cite.citations) do cited["ref-" .. citation.id] = true end
  end }
  blocks:walk { Div = function(entry)
    if cited[entry.identifier] then entries:insert(entry) end
  end }
  return entries
end

function Pandoc(document)
  local sheet = document.meta.sheet and stringify(document.meta.sheet)
  if not sheet then return nil end
  local known = {}
  local function note(element)
    if element.identifier ~= "" then known[element.identifier] = true end
  end
  for index, div in ipairs(document.blocks) do
    if div.attributes.path == sheet then
      document.meta.chapters = { document.meta.chapters[index] }
      if document.meta["sheet-sources"] then
        div.content:insert(pandoc.Header(2, document.meta["sheet-sources"]))
        div.content:insert(pandoc.Div(cited_in(div, document.blocks), pandoc.Attr("refs")))
      end
      document.blocks = pandoc.Blocks { div }
      break
    end
  end
  document:walk { Div = note, Span = note, Header = note, Table = note }
  return document:walk { Link = function(link)
    local id = link.target:match("^#(.+)$")
    if id and not known[id] then return link.content end
  end }
end
