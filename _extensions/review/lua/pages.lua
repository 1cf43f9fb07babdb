-- A Pandoc writer: the resolved book as JSON, a record a chapter with its title, page contents
-- and body in HTML; a chapter that stands in for another has neither contents nor body, unless it
-- holds the references, which other pages show. Built-in renderer only; Quarto writes its own pages.

local stringify = pandoc.utils.stringify
local callout_titles = { note = "Note", warning = "Warning", important = "Important",
  tip = "Tip", caution = "Caution" }
local page_of, here, options = {}, "", nil

local function page_path(path) return (path:gsub("%.qmd$", ".html")) end

-- Path from the page `here` to a file of the site.
local function relative(path)
  local folder = here:match("^(.*/)") or ""
  if folder ~= "" and path:sub(1, #folder) == folder then return path:sub(#folder + 1) end
  local _, depth = here:gsub("/", "")
  return string.rep("../", depth) .. path
end

local function html(blocks)
  return pandoc.write(pandoc.Pandoc(blocks), "html5", options)
end

local function inline_html(inlines)
  return html({ pandoc.Plain(inlines) })
end

local function raw(text) return pandoc.RawBlock("html", text) end

local function escape(text)
  local map = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }
  return (text:gsub('[&<>"]', map))
end

local function write_float(div)
  local label = div.attributes.name .. "\u{a0}" .. div.attributes.number
  local caption = pandoc.Inlines { pandoc.Span(label .. ".", { class = "float-label" }), " " }
  caption:extend(div.content[2].content[1] and div.content[2].content[1].content or {})
  local caption_id = div.identifier .. "-caption"
  local figcaption = pandoc.Blocks { raw('<figcaption id="' .. caption_id .. '">'),
    pandoc.Plain(caption), raw("</figcaption>") }
  local table_float = div.classes:includes("float-tbl")
  local blocks = pandoc.Blocks { raw('<figure id="' .. div.identifier .. '" class="float '
    .. (table_float and "float-tbl" or "float-fig") .. '">') }
  if table_float then
    blocks:extend(figcaption)
    blocks:insert(raw('<div class="table-box" role="region" tabindex="0" aria-labelledby="'
      .. caption_id .. '">'))
    blocks:extend(div.content[1].content)
    blocks:insert(raw("</div>"))
  else
    blocks:extend(div.content[1].content)
    blocks:extend(figcaption)
  end
  blocks:insert(raw("</figure>"))
  return blocks
end

local function write_callout(div, kind)
  local title = div.attributes.title
  local blocks = pandoc.Blocks {
    raw('<div class="callout callout-' .. kind .. '" role="note">'),
    raw('<p class="callout-title">' .. escape(title or callout_titles[kind]) .. "</p>"),
  }
  blocks:extend(div.content)
  blocks:insert(raw("</div>"))
  return blocks
end

local function write_div(div)
  if div.classes:includes("for-paper") then return {} end
  if div.classes:includes("for-html") then return div.content end
  if div.classes:includes("float") then return write_float(div) end
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind then return write_callout(div, kind) end
  end
end

local function write_header(header)
  local anchor = pandoc.Link("#", "#" .. header.identifier, "",
    { class = "anchor", ["aria-label"] = "Link to this section" })
  if header.attributes.number then
    local number = pandoc.Span(header.attributes.number, { class = "section-number" })
    header.content = pandoc.Inlines { number, " " } .. header.content
    header.attributes.number = nil
  end
  header.content:extend { pandoc.Space(), anchor }
  if header.level > 1 then return header end
  return raw("<h1>" .. inline_html(header.content) .. "</h1>")   -- the page's article is its section
end

local function write_image(image)
  local alt = image.attributes["fig-alt"] or stringify(image.caption)
  image.attributes["fig-alt"] = nil
  image.caption, image.attributes.loading = alt, "lazy"
  if image.src:sub(1, 1) == "/" then image.src = relative(image.src:sub(2)) end
  return image
end

local function write_link(link)
  local id = link.target:match("^#(.+)$")
  if id and page_of[id] and page_of[id] ~= here then
    link.target = relative(page_of[id]) .. "#" .. id
  elseif link.target:sub(1, 1) == "/" then
    link.target = relative(link.target:sub(2))
  end
  return link
end

local function lone_table(tbl)
  return { raw('<div class="table-box" role="region" tabindex="0" aria-label="Table">'), tbl,
    raw("</div>") }
end

local function write_tables(blocks)
  local floats = { Div = function(div)
    if div.classes:includes("float") then return div, false end end,
    Table = lone_table, traverse = "topdown" }
  return blocks:walk(floats)
end

local function contents_of(blocks)
  local entries = pandoc.List()
  blocks:walk { Header = function(header)
    if header.level > 1 and header.level < 4 then
      entries:insert { level = header.level, id = header.identifier,
        number = header.attributes.number or "", title = inline_html(header.content) }
    end
  end }
  return entries
end

local function index_identifiers(div, page)
  local function note(element)
    if element.identifier ~= "" then page_of[element.identifier] = page end
  end
  div:walk { Div = note, Header = note, Span = note }
end

local function holds_references(div)
  return div.content:find_if(function(block) return block.identifier == "refs" end) ~= nil
end

local function write_chapter(div)
  here = page_path(div.attributes.path)
  local heading = div.content[1]
  local record = { page = here, path = div.attributes.path, id = heading.identifier,
    number = heading.attributes.number or "", title = stringify(heading.content),
    contents = pandoc.List(), body = "" }
  if div.classes:includes("stand-in") and not holds_references(div) then return record end
  local blocks = write_tables(div.content)
  blocks = blocks:walk { Image = write_image, Link = write_link }
  record.contents = contents_of(blocks)
  blocks = blocks:walk { Header = write_header, Div = write_div }
  record.body = html(blocks)
  return record
end

function Writer(document, writer_options)
  options = writer_options
  for _, div in ipairs(document.blocks) do
    index_identifiers(div, page_path(div.attributes.path))
  end
  local records = pandoc.List()
  for _, div in ipairs(document.blocks) do records:insert(write_chapter(div)) end
  return pandoc.json.encode(records)
end
