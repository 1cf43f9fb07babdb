-- Drops what an edition does not hold: divs and spans of class content-visible or
-- content-hidden with when-profile or unless-profile. Built-in renderer only; Quarto has its own.

local function is_visible(element, edition)
  local match = true
  local wanted = element.attributes["when-profile"]
  local unwanted = element.attributes["unless-profile"]
  if wanted then match = match and wanted == edition end
  if unwanted then match = match and unwanted ~= edition end
  return match == element.classes:includes("content-visible")
end

local function keep_visible(edition)
  return function(element)
    local classes = element.classes
    if classes:includes("content-visible") or classes:includes("content-hidden") then
      return is_visible(element, edition) and element.content or {}
    end
  end
end

function Pandoc(document)
  local edition = pandoc.utils.stringify(document.meta.edition or "")
  local keep = keep_visible(edition)
  return document:walk { Div = keep, Span = keep }
end
