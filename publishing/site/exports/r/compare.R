models <- list({{models}})
for (group in unique(review$group)) for (model in unique(review$model[review$group == group])) {
  d <- if (group == "all") cohorts else cohorts[cohorts$group == group, ]
  found <- models[[model]](d)
  here <- review$group == group & review$model == model
  review$metafor[here] <- unlist(found[review$quantity[here]])
}
if (nrow(review)) {
  print(review, digits = 8, row.names = FALSE)
  review$agrees <- abs(review$metafor - review$review) <= 1e-4 * pmax(1, abs(review$review))
}
differs <- sum(!(review$agrees %in% TRUE))
cat(sprintf("%s: %d of %d numbers agree\n", "{{id}}", nrow(review) - differs, nrow(review)))
if (differs > 0) quit(status = 1)
