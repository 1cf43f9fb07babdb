-- Typst output of both engines: a claim leads to its entry in the ledger and an entry to its
-- rows, where this document has them.

local function typst(text) return pandoc.RawInline("typst", text) end

local known = {}
local function note(element)
  if element.identifier ~= "" then known[element.identifier] = true end
end

local function lead(span, target)
  if not known[target] then return nil end
  local inlines = pandoc.Inlines { typst('#review-claim(label("' .. target .. '"))[') }
  inlines:extend(span.content)
  inlines:insert(typst("]"))
  return inlines
end

local function link_row(span)
  local target = span.attributes["data-to"]
  return target and lead(span, target)
end

local function link_claim(span)
  local claim = span.attributes["data-claim"]
  return claim and lead(span, "claim-" .. claim) or link_row(span)
end

return {
  { Span = note, Div = note },
  { Span = link_claim },
}
