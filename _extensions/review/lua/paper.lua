-- Typst output of both engines: parts, key messages, wide tables.

local stringify = pandoc.utils.stringify
local function typst(text) return pandoc.RawBlock("typst", text) end

local function longest_word(text)
  local longest = 0
  for word in text:gmatch("[^%s%-–/]+") do longest = math.max(longest, utf8.len(word) or #word) end
  return longest
end

local function measure(rows, column, best)
  for _, row in ipairs(rows) do
    local cell = row.cells[column]
    if cell then
      local text = stringify(cell.contents)
      best.length = math.max(best.length, utf8.len(text) or #text)
      best.word = math.max(best.word, longest_word(text))
    end
  end
end

-- Longest text and longest word of each column, in characters.
local function column_measures(tbl)
  local measures = pandoc.List()
  for column = 1, #tbl.colspecs do
    local best = { length = 1, word = 1 }
    measure(tbl.head.rows, column, best)
    for _, body in ipairs(tbl.bodies) do measure(body.body, column, best) end
    measures:insert(best)
  end
  return measures
end

-- Columns share the width by the root of their longest text, and hold their longest word.
local function set_widths(tbl, measures, total)
  local sum, shares = 0, {}
  for column, best in ipairs(measures) do
    shares[column] = math.max(math.sqrt(best.length * 14), best.word + 2)
    if best.length <= 14 then shares[column] = best.length + 2 end
    sum = sum + shares[column]
  end
  for column, spec in ipairs(tbl.colspecs) do
    tbl.colspecs[column] = { spec[1], shares[column] / sum }
  end
  return sum
end

local function size_of(characters, columns)
  if characters > 135 or columns > 10 then return "tiny" end
  if characters > 95 or columns > 6 then return "small" end
  return "normal"
end

function Table(tbl)
  local measures, total = column_measures(tbl), 0
  for _, best in ipairs(measures) do total = total + math.min(best.length, 60) + 2 end
  if total > 70 then set_widths(tbl, measures, total) end
  local size = size_of(total, #tbl.colspecs)
  if size == "normal" then return nil end
  return { typst("#review-table-size(\"" .. size .. "\")["), tbl, typst("]") }
end

local function part(div)
  return div:walk { Header = function(header)
    return typst("#review-part[" .. stringify(header.content) .. "]")
  end }.content
end

function Div(div)
  if div.classes:includes("quarto-book-part") then return part(div) end
  if div.classes:includes("key-messages") then
    return { typst("#review-key-messages["), pandoc.Div(div.content), typst("]") }
  end
end
