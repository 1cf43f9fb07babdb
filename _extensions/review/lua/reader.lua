-- Reads every document by itself, so that footnotes and link names stay its own,
-- and puts each in a Div of class "chapter"; a chapter in Pandoc's JSON has been read, and stands
-- in for a whole one (class "stand-in").
-- Built-in renderer only.

local format = "markdown+table_attributes"

-- The title of a callout is Markdown, as in Quarto; its words are printed.
local function read_title(div)
  local title = div.attributes.title
  if not title then return nil end
  div.attributes.title = pandoc.utils.stringify(pandoc.read(title, format))
  return div
end

function Reader(sources, options)
  local chapters = pandoc.List()
  for _, source in ipairs(sources) do
    if source.text:sub(1, 1) == "{" then
      for _, chapter in ipairs(pandoc.read(source.text, "json").blocks) do
        if not chapter.classes:includes("stand-in") then chapter.classes:insert("stand-in") end
        chapters:insert(chapter)
      end
    else
      local document = pandoc.read(source.text, format, options)
      local blocks = document.blocks:walk { Div = read_title }
      chapters:insert(pandoc.Div(blocks, pandoc.Attr("", { "chapter" })))
    end
  end
  return pandoc.Pandoc(chapters)
end
