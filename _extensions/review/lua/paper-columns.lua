-- Typst output of both engines: runs of paragraphs and lists, with the headings between and above
-- them, become text in columns. It comes first, while floats, callouts and chapters are still divs.

local prose = { Para = true, Plain = true, BulletList = true, OrderedList = true,
  DefinitionList = true }
local set_whole = { "float", "cell", "refs", "table-notes", "for-html", "for-paper", "verdict",
  "ways", "key-messages", "answer-harm", "answer-picture", "answer-figures", "columns" }

local function typst(text) return pandoc.RawBlock("typst", text) end

local function keeps_its_form(div)
  if div.identifier:match("^fig%-") or div.identifier:match("^tbl%-") then return true end
  if div.identifier == "refs" or div.identifier:match("^claim%-") then return true end
  for _, class in ipairs(set_whole) do
    if div.classes:includes(class) then return true end
  end
  return false
end

local function is_picture(block)
  local found = false
  pandoc.walk_block(block, { Image = function() found = true end })
  return found
end

-- Quarto notes where a document begins in a paragraph of its own, of raw HTML. Set as text, it would
-- stand between the title of a part and its chapter.
local function is_for_pages(block)
  local inlines = (block.t == "Para" or block.t == "Plain") and block.content or {}
  for _, inline in ipairs(inlines) do
    if inline.t ~= "RawInline" or inline.format ~= "html" then return false end
  end
  return #inlines > 0
end

local words_of_glossary = 12

local function is_glossary(block)
  return block.t == "DefinitionList" and #block.content >= words_of_glossary
end

local in_columns

local function set_runs(blocks)
  local done, run, headings = pandoc.Blocks {}, pandoc.Blocks {}, pandoc.Blocks {}
  local function close()
    if #run > 0 then
      done:insert(typst("#review-prose["))
      done:extend(run)
      done:insert(typst("]"))
    end
    done:extend(headings)   -- those above what is no text
    run, headings = pandoc.Blocks {}, pandoc.Blocks {}
  end
  for _, block in ipairs(blocks) do
    if block.t == "Header" and block.level > 1 then
      headings:insert(block)
    elseif is_glossary(block) then
      close()
      done:extend { typst("#review-glossary["), block, typst("]") }
    elseif prose[block.t] and not is_picture(block) and not is_for_pages(block) then
      run:extend(headings)
      run:insert(block)
      headings = pandoc.Blocks {}
    else
      close()
      done:insert(in_columns(block))
    end
  end
  close()
  return done
end

in_columns = function(block)
  if block.t ~= "Div" or keeps_its_form(block) then return block end
  block.content = set_runs(block.content)
  return block
end

function Pandoc(document)
  document.blocks = set_runs(document.blocks)
  return document
end
