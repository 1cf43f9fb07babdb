-- Typst output of both engines: parts, key messages, wide tables.

local stringify = pandoc.utils.stringify
local function typst(text) return pandoc.RawBlock("typst", text) end

-- Characters that fit on a line at each size, and the space beside a column.
local sizes = { { name = "normal", room = 126 }, { name = "small", room = 136 },
  { name = "least", room = 146 } }
local lines_of_short_table = 30
local lines_of_long_table = 60   -- more than half a page
local gap = 2.4

-- Text breaks at these signs; the head of a column does not, unless a word is very long.
local word_of_text, word_of_head = "[^%s%-–/._:]+[._:]?", "[^%s–/._:]+[._:]?"
local longest_of_head = 12

local unbroken = "\u{a0}"

-- What an unbroken space holds together counts as one word.
local function longest_word(text, pattern)
  local longest = 0
  for token in text:gmatch("%S+") do
    local whole = token:find(unbroken, 1, true) and token:gsub("[;,]$", "")
    for word in (whole or token):gmatch(whole and ".+" or pattern) do
      longest = math.max(longest, utf8.len(word) or #word)
    end
  end
  return longest
end

-- Quarto resolves citations after every filter: what measures a cell looks up what they become.
local previews = {}

local function key_of(cite)
  local keys = pandoc.List()
  for _, citation in ipairs(cite.citations) do keys:insert(citation.mode .. citation.id) end
  return table.concat(keys, ";")
end

local function preview_citations(document)
  local open = false
  document:walk { Cite = function(cite)
    if stringify(cite):find("@" .. cite.citations[1].id, 1, true) then open = true end
  end }
  if not open or not document.meta.bibliography then return end
  pandoc.utils.citeproc(document):walk { Cite = function(cite)
    previews[key_of(cite)] = cite.content
  end }
end

local function resolved(contents)
  return contents:walk { Cite = function(cite) return previews[key_of(cite)] end }
end

local function measure(rows, column, best, pattern, most)
  for _, row in ipairs(rows) do
    local cell = row.cells[column]
    if cell and cell.col_span == 1 then
      local text = stringify(resolved(cell.contents))
      local length = utf8.len(text) or #text
      best.length = math.max(best.length, length)
      best.word = math.max(best.word, math.min(longest_word(text, pattern), most))
      best.weight = best.weight + length ^ 1.5
    end
  end
end

-- Of each column, in characters: longest text, longest word, and a weight that grows with the
-- long texts, which are the ones that make rows high.
local function measure_columns(tbl)
  local columns = pandoc.List()
  for column = 1, #tbl.colspecs do
    local best = { length = 1, word = 1, weight = 0 }
    measure(tbl.head.rows, column, best, word_of_head, longest_of_head)
    for _, body in ipairs(tbl.bodies) do measure(body.body, column, best, word_of_text, 34) end
    best.least, best.most = best.word + gap, best.length + gap
    best.weight = best.weight ^ 0.4
    columns:insert(best)
  end
  return columns
end

local function sum_of(columns, value)
  local sum = 0
  for _, column in ipairs(columns) do sum = sum + value(column) end
  return sum
end

-- The largest size at which every word fits and few rows become high; long lists are small.
local function choose_size(columns, rows)
  local words = sum_of(columns, function(c) return c.least end)
  local texts = sum_of(columns, function(c) return math.min(c.most, 40) end)
  for _, size in ipairs(sizes) do
    local few = rows <= (size.name == "normal" and 24 or 60)
    if few and words <= size.room * 0.9 and texts <= size.room * 1.7 then return size end
  end
  return sizes[#sizes]
end

-- Shares `room` by weight; a column holds its longest word and is not wider than its text.
local function share_room(columns, room)
  local open, left = columns:clone(), room
  repeat
    local weight, settled = sum_of(open, function(c) return c.weight end), 0
    for index = #open, 1, -1 do
      local column = open[index]
      local share = left * column.weight / weight
      local fixed = share < column.least and column.least or share > column.most and column.most
      if fixed then
        column.share, left, settled = fixed, left - fixed, settled + 1
        open:remove(index)
        break
      end
      column.share = share
    end
  until settled == 0 or #open == 0
end

local function set_widths(tbl, columns, room)
  share_room(columns, room)
  local total = math.max(room, sum_of(columns, function(c) return c.share end))
  for index, column in ipairs(columns) do
    tbl.colspecs[index] = { tbl.colspecs[index][1], column.share / total }
  end
end

-- How many lines of text the table takes, at the widths it was given.
local function lines_of(tbl, columns)
  local lines = 2
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      local high = 1
      for index, cell in ipairs(row.cells) do
        local length = utf8.len(stringify(resolved(cell.contents))) or 0
        local room = (columns[index].share or columns[index].most) - gap
        if cell.col_span == 1 then high = math.max(high, math.ceil(length / math.max(room, 1))) end
      end
      lines = lines + high
    end
  end
  return lines
end

-- A row with a first cell alone is the heading of a group: it spans the table.
local function span_groups(tbl)
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      local rest = 0
      for index, cell in ipairs(row.cells) do
        if index > 1 then rest = rest + #stringify(cell.contents) end
      end
      if #row.cells > 1 and rest == 0 and #row.cells[1].contents > 0 then
        local first = row.cells[1]
        first.col_span = #row.cells
        first.attributes["typst:fill"] = "review-tint"
        row.cells = { first }
      end
    end
  end
end

-- Long identifiers may break after their dots, without a character that copying would take along.
local break_identifiers = {
  Str = function(str)
    if #str.text < 14 or not str.text:match("%a[._:]%w") then return nil end
    local pieces = pandoc.Inlines {}
    for piece in str.text:gmatch("[^._:]*[._:]*") do
      if #pieces > 0 and piece ~= "" then pieces:insert(pandoc.RawInline("typst", "#box()")) end
      if piece ~= "" then pieces:insert(pandoc.Str(piece)) end
    end
    return pieces
  end,
}

-- `n = 128` stays on one line, and so does an interval, `(92.7 to 99.7)`.
local function keep_together(inlines)
  local open = false
  for index, inline in ipairs(inlines) do
    local before, after = inlines[index - 1], inlines[index + 1]
    local sign = (before and before.text == "=") or (after and after.text == "=")
    if inline.t == "Str" then
      if inline.text:match("^%([−≈%d]") then
        local last = inlines[index + 2]
        open = last and last.text == "to"
      end
      if inline.text:match("%)") then open = false end
    elseif inline.t == "Space" and (sign or open) then
      inlines[index] = pandoc.Str(unbroken)
    end
  end
  return inlines
end

local keep_equations = { Inlines = keep_together }

local function set_table(tbl)
  span_groups(tbl)
  tbl = tbl:walk(keep_equations)
  tbl = tbl:walk(break_identifiers)
  local columns = measure_columns(tbl)
  local rows = 0
  for _, body in ipairs(tbl.bodies) do rows = rows + #body.body end
  local size = choose_size(columns, rows)
  local narrow = sum_of(columns, function(c) return c.most end) <= size.room
  if narrow then
    for index, spec in ipairs(tbl.colspecs) do tbl.colspecs[index] = { spec[1] } end
  else
    set_widths(tbl, columns, size.room)
  end
  local lines = lines_of(tbl, columns)
  local halves = narrow and lines > lines_of_long_table
    and sum_of(columns, function(c) return c.most end) <= size.room * 0.47
  return { typst('#review-table(size: "' .. size.name .. '", whole: '
    .. tostring(lines <= lines_of_short_table) .. ", halves: " .. tostring(halves) .. ")["), tbl,
    typst("]") }
end

local function part(div)
  return div:walk { Header = function(header)
    return typst("#review-part[" .. stringify(header.content) .. "]")
  end }.content
end

-- Spaces as wide as a digit, by which the decimal points of a column stand below each other.
local function is_room(inline)
  return inline and inline.t == "Str" and inline.text:gsub("\u{2007}", "") == ""
end

-- In the table of the answer the first value of a cell is set large, the rest below it.
local function set_large(div)
  return div:walk { Table = function(tbl)
    for _, body in ipairs(tbl.bodies) do
      for _, row in ipairs(body.body) do
        for index = 2, #row.cells do
          local first = row.cells[index].contents[1]
          local content = first and first.content
          if content and is_room(content[1]) then content:remove(1) end
          local value = content and content[1]
          if value and value.t == "Span" then
            content:insert(1, pandoc.RawInline("typst", "#review-large["))
            content:insert(3, pandoc.RawInline("typst", "]"))
          end
        end
      end
    end
    return tbl
  end }
end

-- What the answer says of harm stands beside its picture.
local function set_answer(div)
  local rest, beside = pandoc.Blocks {}, {}
  for _, block in ipairs(div.content) do
    local class = block.t == "Div" and block.classes[1]
    if class == "answer-harm" or class == "answer-picture" then
      beside[class] = block.content
    else
      rest:insert(block)
    end
  end
  local words, picture = beside["answer-harm"], beside["answer-picture"]
  if not words or not picture then return div.content end
  rest:insert(typst("#review-beside["))
  rest:extend(words)
  rest:insert(typst("]["))
  rest:extend(picture)
  rest:insert(typst("]"))
  return rest
end

local function set_div(div)
  if div.classes:includes("quarto-book-part") then return part(div) end
  if div.classes:includes("table-notes") then
    return { typst("#review-table-notes["), pandoc.Div(div.content), typst("]") }
  end
  if div.classes:includes("answer-figures") then
    return { typst("#review-answer-table["), pandoc.Div(set_large(div).content), typst("]") }
  end
  if div.classes:includes("answer") then return set_answer(div) end
  if div.classes:includes("ways") then return {} end   -- paper has its contents
  if div.classes:includes("verdict") then
    return { typst("#review-verdict["), pandoc.Div(div.content), typst("]") }
  end
  if div.identifier == "refs" then
    return { typst("#review-references["), div, typst("]") }
  end
  if div.classes:includes("key-messages") then
    return { typst("#review-key-messages["), pandoc.Div(div.content), typst("]") }
  end
end

return {
  { Pandoc = preview_citations },
  { Table = set_table, Div = set_div },
}
