-- Writes floats, callouts, images and chapters in the Typst that Quarto writes, so that one
-- set of template partials serves both. Built-in renderer only.

local stringify = pandoc.utils.stringify
local titles = { note = "Note", warning = "Warning", important = "Important", tip = "Tip",
  caution = "Caution" }
local colours = { note = "0758E5", warning = "EB9113", important = "CC1914", tip = "00A047",
  caution = "FC5300" }

local function typst(text) return pandoc.RawBlock("typst", text) end
local function inline(text) return pandoc.RawInline("typst", text) end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function write_float(div)
  local kind = div.classes:includes("float-tbl") and "tbl" or "fig"
  local caption = div.content[2].content[1]
  local opening = pandoc.Inlines { inline("], caption: figure.caption(position: "
    .. (kind == "tbl" and "top" or "bottom") .. ", [") }
  opening:extend(caption and caption.content or {})
  opening:insert(inline(']), kind: "quarto-float-' .. kind .. '", supplement: "'
    .. div.attributes.name .. '", numbering: (..) => "' .. div.attributes.number
    .. '")<' .. div.identifier .. ">"))
  local blocks = pandoc.Blocks { typst("#figure([") }
  blocks:extend(div.content[1].content)
  blocks:insert(pandoc.Plain(opening))
  return blocks
end

local function write_callout(div, kind)
  local blocks = pandoc.Blocks { typst("#callout(title: [" .. "#" .. quoted(
    div.attributes.title or titles[kind]) .. '], icon_color: rgb("#' .. colours[kind]
    .. '"), body: [') }
  blocks:extend(div.content)
  blocks:insert(typst("])"))
  return blocks
end

local write_blocks = {
  Div = function(div)
    if div.classes:includes("for-html") then return {} end
    if div.classes:includes("for-paper") then return div.content end
    if div.classes:includes("float") then return write_float(div) end
    for _, class in ipairs(div.classes) do
      local kind = class:match("^callout%-(%a+)$")
      if kind then return write_callout(div, kind) end
    end
  end,
  Table = function(tbl)
    tbl.classes:insert("typst:no-figure")
    return tbl
  end,
  Image = function(image)
    local alt = image.attributes["fig-alt"] or stringify(image.caption)
    local width = image.attributes.width and ", width: " .. image.attributes.width or ""
    return inline("#box(image(" .. quoted(image.src) .. ", alt: " .. quoted(alt) .. width .. "))")
  end,
  Header = function(header)
    header.attributes.number = nil
    return header
  end,
}

local function part_heading(title)
  return pandoc.Div({ pandoc.Header(1, title, pandoc.Attr("", { "unnumbered" })) },
    pandoc.Attr("", { "quarto-book-part" }))
end

-- Chapters lose their Div, and a part begins with its heading, as in Quarto's merged book.
function Pandoc(document)
  local blocks, current = pandoc.Blocks {}, ""
  for index, div in ipairs(document.blocks) do
    local chapter = document.meta.chapters[index]
    local part = stringify(chapter and chapter.part or "")
    if part ~= current and part ~= "" then blocks:insert(part_heading(part)) end
    current = part
    blocks:extend(div.content)
  end
  document.blocks = blocks:walk(write_blocks)
  return document
end
