# Runs every script in recompute/, from the folder that holds it: Rscript recompute.R
scripts <- sort(list.files("recompute", pattern = "[.]R$", full.names = TRUE))
rscript <- file.path(R.home("bin"), "Rscript")
told <- vapply(scripts, function(script) {
  said <- suppressWarnings(system2(rscript, shQuote(script), stdout = TRUE, stderr = TRUE))
  cat(tail(said, 1), "\n", sep = "")
  counts <- regmatches(tail(said, 1), gregexpr("[0-9]+(?= (of|numbers))", tail(said, 1), perl = TRUE))
  status <- attr(said, "status")
  found <- as.numeric(tail(counts[[1]], 2))
  c(if (length(found) == 2) found else c(0, 0), if (is.null(status)) 0 else status)
}, numeric(3))
cat(sprintf("%d of %d numbers agree in %d of %d scripts\n", sum(told[1, ]), sum(told[2, ]),
            sum(told[3, ] == 0), length(scripts)))
if (any(told[3, ] != 0)) quit(status = 1)
