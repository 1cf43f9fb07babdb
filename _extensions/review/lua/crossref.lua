-- Numbers sections, figures and tables as a Quarto book does, and turns @sec-x, @fig-x and
-- @tbl-x into links, over all chapters at once. Built-in renderer only.

local names = { fig = "Figure", tbl = "Table", sec = "Section" }
local targets, problems = {}, pandoc.List()
local chapter, counts = nil, {}
local last_chapter_number = 0

local function complain(text)
  problems:insert((chapter and chapter.path .. ": " or "") .. text)
end

local function register(id, entry)
  if targets[id] then
    complain("the identifier " .. id .. " is used twice (also in " .. targets[id].path .. ")")
  end
  entry.path = chapter.path
  targets[id] = entry
end

local function section_number(header)
  if header.classes:includes("unnumbered") or not chapter.number then return nil end
  local level = header.level
  counts[level] = (counts[level] or 0) + 1
  for deeper = level + 1, 6 do counts[deeper] = 0 end
  local parts = { tostring(chapter.number) }
  for higher = 2, level do parts[higher] = tostring(counts[higher] or 0) end
  return table.concat(parts, ".")
end

local function number_header(header)
  if header.level == 1 and not header.classes:includes("unnumbered") then
    last_chapter_number = last_chapter_number + 1
    chapter.number = last_chapter_number
  end
  local number = section_number(header)
  local name = header.level == 1 and "Chapter" or names.sec
  register(header.identifier, { name = name, number = number })
  if number then header.attributes.number = number end
  return header
end

-- A numbered float: Div #id .float with the content, then a Div .caption.
local function make_float(id, content, caption)
  local kind = id:sub(1, 3)
  counts[kind] = (counts[kind] or 0) + 1
  local number = (chapter.number and chapter.number .. "." or "") .. counts[kind]
  register(id, { name = names[kind], number = number })
  local attributes = { number = number, name = names[kind] }
  return pandoc.Div({
    pandoc.Div(content, pandoc.Attr("", { "float-body" })),
    pandoc.Div(caption, pandoc.Attr("", { "caption" })),
  }, pandoc.Attr(id, { "float", "float-" .. kind }, attributes))
end

local function float_of_div(div)
  local caption = div.content[#div.content]
  if #div.content < 2 or (caption.t ~= "Para" and caption.t ~= "Plain") then
    complain(div.identifier .. " has no caption: end it with a paragraph")
    return div
  end
  div.content:remove(#div.content)
  return make_float(div.identifier, div.content, { pandoc.Plain(caption.content) })
end

local function float_of_table(tbl)
  local id, caption = tbl.identifier, tbl.caption.long
  tbl.identifier, tbl.caption = "", { long = {} }
  return make_float(id, { tbl }, caption)
end

local function float_of_figure(figure)
  local id = figure.identifier
  figure.content:walk { Image = function(image) id = id ~= "" and id or image.identifier end }
  if not id:match("^fig%-") then
    complain("a figure has no identifier #fig-...")
    return figure
  end
  local content = figure.content:walk {
    Image = function(image) image.identifier = "" return image end }
  return make_float(id, content, figure.caption.long)
end

local number_blocks = {
  traverse = "topdown",
  Header = number_header,
  Div = function(div)
    if div.identifier:match("^fig%-") or div.identifier:match("^tbl%-") then
      return float_of_div(div), false
    end
  end,
  Table = function(tbl)
    if tbl.identifier:match("^tbl%-") then return float_of_table(tbl), false end
  end,
  Figure = function(figure) return float_of_figure(figure), false end,
}

local function link_to(citation)
  local target = targets[citation.id]
  if not target then
    complain("@" .. citation.id .. " refers to nothing")
  elseif not target.number then
    complain("@" .. citation.id .. " refers to a section without a number; link to it instead")
  else
    local text = pandoc.Inlines { target.name .. "\u{a0}" .. target.number }
    return pandoc.Link(text, "#" .. citation.id, "", pandoc.Attr("", { "cross-reference" }))
  end
end

local resolve_references = {
  Cite = function(cite)
    local first = cite.citations[1]
    if names[first.id:match("^(%a+)%-")] then
      if #cite.citations > 1 then complain("write cross-references one by one") end
      return link_to(first)
    end
  end,
}

-- Links to documents ([text](methods.qmd#sec-x)) become links to their headings.
local function resolve_links(first_ids)
  return {
    Link = function(link)
      local file, anchor = link.target:match("^([^#:]+%.qmd)(#?.*)$")
      if not file then
        local id = link.target:match("^#(.+)$")
        if id and not targets[id] then complain("the link to #" .. id .. " leads nowhere") end
        return nil
      end
      local folder = pandoc.path.directory(chapter.path)
      local path = pandoc.path.normalize(file:sub(1, 1) == "/" and file:sub(2)
        or (folder == "." and file or folder .. "/" .. file))
      while path:match("[^/]+/%.%./") do path = path:gsub("[^/]+/%.%./", "", 1) end
      if not first_ids[path] then complain("the link to " .. file .. " leads nowhere") end
      link.target = anchor ~= "" and anchor or "#" .. (first_ids[path] or "")
      if not targets[link.target:sub(2)] then complain("no " .. link.target .. " in " .. file) end
      return link
    end,
  }
end

local function each_chapter(document, chapters, action)
  for index, div in ipairs(document.blocks) do
    chapter = chapters[index]
    document.blocks[index] = action(div) or div
  end
  chapter = nil
end

function Pandoc(document)
  local chapters, first_ids = {}, {}
  for index, entry in ipairs(document.meta.chapters) do
    chapters[index] = { path = pandoc.utils.stringify(entry.path) }
  end
  each_chapter(document, chapters, function(div)
    counts = {}
    local numbered = div:walk(number_blocks)
    local heading = numbered.content[1]
    if heading and heading.t == "Header" then first_ids[chapter.path] = heading.identifier end
    numbered.attributes.path = chapter.path
    return numbered
  end)
  each_chapter(document, chapters, function(div) return div:walk(resolve_references) end)
  each_chapter(document, chapters, function(div) return div:walk(resolve_links(first_ids)) end)
  if #problems > 0 then error("REVIEW\n" .. table.concat(problems, "\n") .. "\nEND", 0) end
  return document
end
