-- Reads every document by itself, so that footnotes and link names stay its own,
-- and puts each in a Div of class "chapter"; a chapter in Pandoc's JSON has been read, and stands
-- in for a whole one (class "stand-in").
-- Built-in renderer only.

local format = "markdown+table_attributes"

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
      chapters:insert(pandoc.Div(document.blocks, pandoc.Attr("", { "chapter" })))
    end
  end
  return pandoc.Pandoc(chapters)
end
