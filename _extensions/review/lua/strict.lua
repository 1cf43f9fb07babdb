-- The last net: refuses what the line-by-line checks cannot see, such as markup that a cell
-- or inline code produced. Built-in renderer only.

local problems = pandoc.List()
local path = ""

local function refuse(what, text)
  problems:insert(path .. ": " .. what .. " is not supported: " .. text:sub(1, 80))
end

local filter = {
  traverse = "topdown",
  Div = function(div)
    if div.classes:includes("for-html") then return div, false end
  end,
  RawBlock = function(element) refuse("a raw " .. element.format .. " block", element.text) end,
  RawInline = function(element) refuse("raw " .. element.format, element.text) end,
  Math = function(element) refuse("an equation", element.text) end,
  Link = function(link)
    local scheme = link.target:match("^([%a][%w+.-]*):")
    local known = { http = true, https = true, mailto = true }
    if scheme and not known[scheme:lower()] then refuse("a link to", link.target) end
  end,
  Image = function(image)
    if image.src:match("^[%a][%w+.-]*:") or image.src:match("^//") then
      refuse("an image from elsewhere", image.src)
    end
    local alt = image.attributes["fig-alt"] or pandoc.utils.stringify(image.caption)
    if alt == "" then refuse("an image without fig-alt", image.src) end
  end,
}

function Pandoc(document)
  for index, div in ipairs(document.blocks) do
    path = pandoc.utils.stringify(document.meta.chapters[index].path)
    div:walk(filter)
  end
  if #problems > 0 then error("REVIEW\n" .. table.concat(problems, "\n") .. "\nEND", 0) end
end
