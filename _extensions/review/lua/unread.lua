-- A Pandoc writer that asks the writers of pages and of Typst whether they can write a resolved
-- book, and gives nothing. Built-in renderer only.

local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local paper = { "paper-columns", "paper-built-in", "paper", "paper-links" }

local function place(name) return pandoc.path.join { folder, name .. ".lua" } end

dofile(place("pages"))
local write_pages = Writer

function Writer(document, options)
  write_pages(document, options)
  for _, name in ipairs(paper) do
    document = pandoc.utils.run_lua_filter(document, place(name))
  end
  pandoc.write(document, "typst-citations", options)
  return ""
end
