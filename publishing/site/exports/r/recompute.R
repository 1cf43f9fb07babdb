# Runs every script in recompute/, from the folder that holds it: Rscript recompute.R
scripts <- sort(list.files("recompute", pattern = "[.]R$", full.names = TRUE))
rscript <- file.path(R.home("bin"), "Rscript")
states <- vapply(scripts, function(script) {
  said <- suppressWarnings(system2(rscript, shQuote(script), stdout = TRUE, stderr = TRUE))
  cat(tail(said, 1), "\n", sep = "")
  status <- attr(said, "status")
  if (is.null(status)) 0L else as.integer(status)
}, integer(1))
cat(sprintf("%d of %d scripts agree\n", sum(states == 0), length(states)))
if (any(states != 0)) quit(status = 1)
