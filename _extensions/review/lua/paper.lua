-- Typst output of both engines: parts, key messages, wide tables.

local stringify = pandoc.utils.stringify
local function typst(text) return pandoc.RawBlock("typst", text) end

-- Characters that fit on a line at each size, and the room between columns.
local sizes = { { name = "normal", room = 126 }, { name = "small", room = 136 },
  { name = "least", room = 146 } }
local lines_of_short_table = 24
local lines_of_long_table = 60   -- more than half a page
local half, most_for_halves = 0.47, 0.7  -- of the room: a column, and what rows may fold into one
local gap = 2.4

-- A word may break at these signs; a hyphen before a digit holds. A short name breaks at its
-- hyphens alone. The head of a column breaks between words, unless one is very long; it is bold.
local shortest_broken = 14
local parts_of_name, parts_of_word = "[^%s%-–/]+", "[^%s%-–/._:]+[._:]?"
local longest_of_head, bold = 12, 1.1

local unbroken = "\u{a0}"

-- A capital letter is wider than others.
local function length_of(text)
  local _, capitals = text:gsub("%u", "")
  return (utf8.len(text) or #text) + 0.25 * capitals
end

-- So are two small ones: a long word with several would reach into the next column.
local function length_of_word(word)
  local _, wide = word:gsub("[mw]", "")
  return length_of(word) + (#word < shortest_broken and 0 or 0.4 * wide)
end

-- What an unbroken space holds together counts as one word.
local function longest_word(text)
  local longest = 0
  for token in text:gsub("%-(%d)", "1%1"):gmatch("%S+") do
    local whole = token:find(unbroken, 1, true) and token:gsub("[;,]$", "")
    local parts = #token < shortest_broken and parts_of_name or parts_of_word
    for word in (whole or token):gmatch(whole and ".+" or parts) do
      longest = math.max(longest, length_of_word(word))
    end
  end
  return longest
end

local function longest_word_of_head(text)
  local longest = 0
  for word in text:gmatch("[^%s–/._:]+[._:]?") do longest = math.max(longest, length_of(word)) end
  return math.min(longest, longest_of_head) * bold
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
  if not next(previews) then return contents end
  return contents:walk { Cite = function(cite) return previews[key_of(cite)] end }
end

-- The texts of each row, as paper prints them; a cell that spans columns counts in none.
local function texts_of(rows)
  local texts = pandoc.List()
  for _, row in ipairs(rows) do
    texts:insert(row.cells:map(function(cell)
      return cell.col_span == 1 and stringify(resolved(cell.contents)) or ""
    end))
  end
  return texts
end

local function texts_of_bodies(tbl)
  local texts = pandoc.List()
  for _, body in ipairs(tbl.bodies) do texts:extend(texts_of(body.body)) end
  return texts
end

-- Of each column, in characters: longest text, longest word, and a weight that grows with the
-- long texts, which are the ones that make rows high.
local function measure_columns(tbl, texts)
  local columns, heads = pandoc.List(), texts_of(tbl.head.rows)
  for index = 1, #tbl.colspecs do
    local length, word, weight = 1, 1, 0
    for _, row in ipairs(heads) do
      length = math.max(length, length_of(row[index] or "") * bold)
      word = math.max(word, longest_word_of_head(row[index] or ""))
    end
    for _, row in ipairs(texts) do
      local own = length_of(row[index] or "")
      length, weight = math.max(length, own), weight + own ^ 1.5
      word = math.max(word, math.min(longest_word(row[index] or ""), 34))
    end
    columns:insert { least = word + gap, most = length + gap, weight = weight ^ 0.4 + 1 }
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

-- How many lines of text a cell takes: words leave a part of each line but the last.
local left_of_line = 2
local function lines_of_cell(length, room)
  if length <= room then return 1 end
  return math.ceil(length / math.max(room - left_of_line, 1))
end

-- How many lines of text rows of such lengths take, at the widths that the columns have.
local function lines_of(rows, columns)
  local lines = 0
  for _, row in ipairs(rows) do
    local high = 1
    for index, column in ipairs(columns) do
      local room = (column.share or column.most) - gap
      high = math.max(high, lines_of_cell(row[index] or 0, room))
    end
    lines = lines + high
  end
  return lines
end

-- Gives room from one column to another as long as the rows take fewer lines. A column of short
-- texts keeps what it has.
local short_text = 20
local function lower_rows(columns, rows)
  for _, column in ipairs(columns) do
    column.kept = column.most - gap <= short_text and column.share or column.least
  end
  local function try(from, to, step)
    if from.share - step < from.kept or to.share + step > to.most + 1 then return math.huge end
    from.share, to.share = from.share - step, to.share + step
    local lines = lines_of(rows, columns)
    from.share, to.share = from.share + step, to.share - step
    return lines
  end
  for _, step in ipairs { 8, 4, 2, 1 } do
    local least = lines_of(rows, columns)
    repeat
      local best
      for _, from in ipairs(columns) do
        for _, to in ipairs(columns) do
          local lines = from ~= to and try(from, to, step) or math.huge
          if lines < least then best, least = { from, to }, lines end
        end
      end
      if best then best[1].share, best[2].share = best[1].share - step, best[2].share + step end
    until not best
  end
end

local function set_widths(tbl, columns, rows, room)
  share_room(columns, room)
  lower_rows(columns, rows)
  local total = math.max(room, sum_of(columns, function(c) return c.share end))
  for index, column in ipairs(columns) do
    tbl.colspecs[index] = { tbl.colspecs[index][1], column.share / total }
  end
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
    local dotted = str.text:match("%a[._:]%w") or str.text:match("%w[._:]%a")
    if #str.text < shortest_broken or not dotted then return nil end
    local pieces = pandoc.Inlines {}
    for piece in str.text:gmatch("[^._:]*[._:]*") do
      if #pieces > 0 and piece ~= "" then pieces:insert(pandoc.RawInline("typst", "#box()")) end
      if piece ~= "" then pieces:insert(pandoc.Str(piece)) end
    end
    return pieces
  end,
}

-- `n = 128` stays on one line, and so does an interval, `(92.7 to 99.7)`; one without upper end,
-- `(25.2 to not reached)`, where the column has room for it.
local room_for_open_end = 20

local function is_equals(inline) return inline and inline.text == "=" end

-- Nil where nothing changes: what is given back is taken out of Lua again, which costs time.
local function keep_together(inlines, open_ends)
  local open, changed = false, false
  for index, inline in ipairs(inlines) do
    if inline.t == "Str" then
      if inline.text:match("^%([−≈%d]") then
        local to, upper = inlines[index + 2], inlines[index + 4]
        local figure = upper and upper.text and upper.text:match("%d")
        open = to and to.text == "to" and (figure or open_ends)
      end
      if inline.text:match("%)") then open = false end
    elseif inline.t == "Space"
      and (open or is_equals(inlines[index - 1]) or is_equals(inlines[index + 1])) then
      inlines[index], changed = pandoc.Str(unbroken), true
    end
  end
  return changed and inlines or nil
end

local function keep_open_ends(tbl, columns, texts)
  local at = 0
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      at = at + 1
      for index, cell in ipairs(row.cells) do
        local room = (columns[index].share or columns[index].most) - gap
        local open = cell.col_span > 1 or texts[at][index]:find("%(.+ to ")
        if open and room >= room_for_open_end then
          cell.contents = cell.contents:walk {
            Inlines = function(inlines) return keep_together(inlines, true) end }
        end
      end
    end
  end
end

local function set_table(tbl)
  span_groups(tbl)
  tbl = tbl:walk { Inlines = function(inlines) return keep_together(inlines, false) end }
  tbl = tbl:walk(break_identifiers)
  local texts = texts_of_bodies(tbl)
  local columns = measure_columns(tbl, texts)
  local rows = texts:map(function(row) return row:map(length_of) end)
  local size = choose_size(columns, #rows)
  local whole = sum_of(columns, function(c) return c.most end)
  local narrow = whole <= size.room
  local halves = narrow and 2 + lines_of(rows, columns) > lines_of_long_table
    and whole <= size.room * most_for_halves
  if halves and whole > size.room * half then
    set_widths(tbl, columns, rows, size.room * half)
  elseif narrow then
    for index, spec in ipairs(tbl.colspecs) do tbl.colspecs[index] = { spec[1] } end
  else
    set_widths(tbl, columns, rows, size.room)
  end
  keep_open_ends(tbl, columns, texts)
  local lines = 2 + lines_of(rows, columns)
  return { typst('#review-table(size: "' .. size.name .. '", whole: '
    .. tostring(lines <= lines_of_short_table) .. ", halves: " .. tostring(halves)
    .. ", narrow: " .. tostring(narrow) .. ")["), tbl, typst("]") }
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
