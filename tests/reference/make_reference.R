# Makes and remakes the reference values in cases/.
#
# A case is a JSON file with `input` (named vectors) and `r_call` (an expression in them).
# This script evaluates the call with the input as its variables and writes `expected` and
# `versions` into the file. To add a case, write a file with id, group, description,
# dataset, input, r_call and suggested_rtol, then run the script on it.
#
#   Rscript make_reference.R cases/new_case.json        fill in or renew these files
#   Rscript make_reference.R --check cases/*.json       compare only, write nothing
#
# Needs jsonlite and metafor; lme4 for the binomial-normal model, meta for its own cases.

suppressPackageStartupMessages({
  library(jsonlite)
  library(metafor)
})

# Controls tight enough for nine digits: the package's defaults stop at about five.
tight <- list(threshold = 1e-13, maxiter = 50000, tol = 1e-15)
tightc <- list(tol = 1e-15, maxiter = 100000)

# ---- what a call may use: extractors with the names of the fields --------------------

value <- function(x) if (is.null(x) || length(x) == 0) NA else as.vector(x)

xr <- function(fit) {
  statistics <- fit$fit.stats
  common <- list(
    k = fit$k, p = fit$p, beta = as.vector(fit$beta), se = fit$se, stat = fit$zval,
    pval = fit$pval, ci_lb = fit$ci.lb, ci_ub = fit$ci.ub,
    vcov = if (fit$p == 1) as.vector(fit$vb) else unname(as.matrix(fit$vb)),
    tau2 = fit$tau2, se_tau2 = value(fit$se.tau2), I2 = fit$I2, H2 = fit$H2,
    Q = fit$QE, Q_pval = fit$QEp, Q_df = fit$k - fit$p
  )
  moderators <- if (fit$int.only) NULL else list(
    QM = fit$QM, QM_df = value(fit$QMdf[!is.na(fit$QMdf)]), QM_pval = fit$QMp,
    R2 = value(fit$R2)
  )
  likelihood <- list(
    ll_ML = statistics["ll", "ML"], ll_REML = statistics["ll", "REML"],
    AIC_ML = statistics["AIC", "ML"], AICc_ML = statistics["AICc", "ML"],
    BIC_ML = statistics["BIC", "ML"]
  )
  weight <- if (fit$k < 100) list(weights_pct = as.vector(weights(fit)))
  c(common, moderators, likelihood, weight)
}

xpr <- function(prediction) {
  list(
    pred = prediction$pred, se = value(prediction$se), ci_lb = prediction$ci.lb,
    ci_ub = prediction$ci.ub, pi_lb = prediction$pi.lb, pi_ub = prediction$pi.ub
  )
}

xdf <- function(table) {
  columns <- unclass(table)
  columns <- columns[vapply(columns, is.numeric, logical(1))]
  lapply(columns[!names(columns) %in% c("digits", "cr.lb", "cr.ub")], as.vector)
}

xg <- function(fit) {
  list(
    k = fit$k, beta = as.vector(fit$beta), se = fit$se, stat = fit$zval, pval = fit$pval,
    ci_lb = fit$ci.lb, ci_ub = fit$ci.ub, tau2 = fit$tau2, I2 = fit$I2, H2 = fit$H2,
    QE_Wld = fit$QE.Wld, QEp_Wld = fit$QEp.Wld, QE_LRT = fit$QE.LRT,
    QEp_LRT = fit$QEp.LRT, QE_df = fit$QE.df,
    ll = fit$fit.stats["ll", "ML"], AIC = fit$fit.stats["AIC", "ML"]
  )
}

mid_p <- function(x, n, conf) {
  tail <- (1 - conf) / 2
  root <- function(f) uniroot(f, c(1e-12, 1 - 1e-12), tol = 1e-15, maxiter = 1e5)$root
  lower <- function(p) pbinom(x, n, p, lower.tail = FALSE) + dbinom(x, n, p) / 2 - tail
  upper <- function(p) pbinom(x - 1, n, p) + dbinom(x, n, p) / 2 - tail
  c(if (x == 0) 0 else root(lower), if (x == n) 1 else root(upper))
}

bin <- function(x, n, conf) {
  tail <- (1 - conf) / 2
  z <- qnorm(1 - tail)
  p <- x / n
  jeffreys <- qbeta(c(tail, 1 - tail), x + 0.5, n - x + 0.5)
  centre <- (x + z^2 / 2) / (n + z^2)
  test <- function(correct) {
    suppressWarnings(as.vector(prop.test(x, n, conf.level = conf, correct = correct)$conf.int))
  }
  list(
    conf = conf, p = p,
    clopper_pearson = as.vector(binom.test(x, n, conf.level = conf)$conf.int),
    wilson = test(FALSE), wilson_cc = test(TRUE), jeffreys_raw = jeffreys,
    jeffreys_bdry = c(if (x == 0) 0 else jeffreys[1], if (x == n) 1 else jeffreys[2]),
    agresti_coull_unclipped = centre + c(-z, z) * sqrt(centre * (1 - centre) / (n + z^2)),
    wald_unclipped = p + c(-z, z) * sqrt(p * (1 - p) / n),
    midp = mid_p(x, n, conf)
  )
}

# ---- what a call may return, by its class --------------------------------------------

describe_counts_pool <- function(fit) {
  list(
    k = fit$k, estimate = as.vector(fit$beta), se = fit$se, stat = fit$zval, pval = fit$pval,
    ci_lb = fit$ci.lb, ci_ub = fit$ci.ub, Q = fit$QE, Q_pval = fit$QEp, I2 = fit$I2,
    H2 = fit$H2, MH = value(fit$MH), MHp = value(fit$MHp), TA = value(fit$TA),
    TAp = value(fit$TAp)
  )
}

describe_proportion_pool <- function(fit, call) {
  sizes <- fit$ni
  inverse <- switch(fit$measure,
    PLO = list(transf.ilogit), PAS = list(transf.iarcsin), PLN = list(exp), PR = list(NULL),
    PFT = list(transf.ipft.hm, list(ni = sizes)), NULL
  )
  if (is.null(inverse) || !identical(call[[1]], as.name("rma"))) return(NULL)
  back <- if (is.null(inverse[[1]])) predict(fit)
  else if (length(inverse) > 1) predict(fit, transf = inverse[[1]], targs = inverse[[2]])
  else predict(fit, transf = inverse[[1]])
  list(backtransformed = xpr(back), ni_harmonic_mean = 1 / mean(1 / sizes))
}

describe_confint <- function(limits) {
  rows <- limits$random
  pick <- function(name) unname(rows[name, c("estimate", "ci.lb", "ci.ub")])
  named <- function(prefix, row) {
    setNames(as.list(row), paste0(prefix, c("", "_lb", "_ub")))
  }
  c(
    named("tau2", pick("tau^2")), named("tau", pick("tau")),
    named("I2", pick("I^2(%)")), named("H2", pick("H^2"))
  )
}

describe_regtest <- function(test) {
  fit <- test$fit
  coefficients <- if (inherits(fit, "summary.lm")) fit$coefficients[, 1:2]
  else if (inherits(fit, "lm")) summary(fit)$coefficients[, 1:2]
  else cbind(fit$beta, fit$se)
  limits <- list(
    limit_est = value(test$est), limit_lb = value(test$ci.lb), limit_ub = value(test$ci.ub)
  )
  df <- if (!is.null(test$dfs) && !is.na(test$dfs)) list(df = test$dfs)
  tail <- list(coef = unname(coefficients[, 1]), se = unname(coefficients[, 2]))
  tau2 <- if (inherits(fit, "rma")) list(tau2 = fit$tau2)
  c(list(stat = test$zval), df, list(pval = test$pval), limits, tail, tau2)
}

describe_trimfill <- function(fit) {
  c(
    list(
      k0 = fit$k0, se_k0 = fit$se.k0, side = fit$side,
      yi_filled = as.vector(fit$yi), vi_filled = fit$vi
    ),
    xr(fit)
  )
}

describe_influence <- function(result) {
  table <- as.data.frame(unclass(result$inf)[c(
    "rstudent", "dffits", "cook.d", "cov.r", "tau2.del", "QE.del", "hat", "weight"
  )])
  c(lapply(table, as.vector), list(dfbs = as.vector(result$dfbs[[1]]), is_infl = result$is.infl))
}

describe_meta <- function(fit) {
  fields <- c(
    "k", "TE.common", "seTE.common", "TE.random", "seTE.random", "lower.random",
    "upper.random", "statistic.random", "pval.random", "lower.predict", "upper.predict",
    "tau2", "lower.tau2", "upper.tau2", "Q", "pval.Q", "I2", "lower.I2", "upper.I2",
    "H", "lower.H", "upper.H"
  )
  single <- lapply(fields, function(name) value(fit[[name]])[1])
  setNames(single, fields)
}

describe_metabias <- function(test) {
  estimate <- c(test$bias, test$se.bias)
  if (is.null(estimate)) estimate <- as.vector(test$estimate[1:2])
  list(
    statistic = as.vector(test$statistic), pval = as.vector(test$p.value),
    df = value(test$df), est = unname(estimate)
  )
}

describe <- function(result, call) {
  if (inherits(result, "escalc")) return(list(yi = as.vector(result$yi), vi = result$vi))
  if (inherits(result, "metabias")) return(describe_metabias(result))
  if (inherits(result, "meta")) return(describe_meta(result))
  if (inherits(result, "rma.uni.trimfill")) return(describe_trimfill(result))
  if (inherits(result, c("rma.mh", "rma.peto"))) return(describe_counts_pool(result))
  if (inherits(result, "rma.uni")) {
    own <- if (any(c("measure") %in% names(call))) {
      list(yi = as.vector(result$yi), vi = result$vi)
    }
    return(c(own, xr(result), describe_proportion_pool(result, call)))
  }
  if (inherits(result, "rma.glmm")) return(xg(result))
  if (inherits(result, "confint.rma")) return(describe_confint(result))
  if (inherits(result, "regtest")) return(describe_regtest(result))
  if (inherits(result, "ranktest")) return(list(tau = as.vector(result$tau), pval = result$pval))
  if (inherits(result, "infl.rma.uni")) return(describe_influence(result))
  if (inherits(result, "list.rma")) return(xdf(result))
  result
}

# ---- running a case ------------------------------------------------------------------

versions_of <- function(call_text) {
  installed <- function(package) as.character(packageVersion(package))
  versions <- list(R = paste(R.version$major, R.version$minor, sep = "."))
  versions$metafor <- installed("metafor")
  if (grepl("glmm", call_text)) versions$lme4 <- installed("lme4")
  if (grepl("meta::", call_text)) versions$meta <- installed("meta")
  versions
}

evaluate_case <- function(case) {
  scope <- list2env(case$input, parent = globalenv())
  call <- parse(text = case$r_call)[[1]]
  warnings <- character()
  expected <- tryCatch(
    withCallingHandlers(
      describe(eval(call, scope), call),
      warning = function(w) {
        warnings <<- c(warnings, conditionMessage(w))
        invokeRestart("muffleWarning")
      }
    ),
    error = function(e) list(error = conditionMessage(e))
  )
  if (identical(substr(case$id, 1, 6), "binom_")) expected <- list(levels = expected)
  if (identical(case$id, "i2_h2_ci_test_based")) expected <- list(rows = expected)
  list(expected = expected, warnings = warnings)
}

write_case <- function(case, result, path) {
  case$expected <- result$expected
  case$versions <- versions_of(case$r_call)
  if (length(result$warnings)) case$warnings <- result$warnings
  text <- toJSON(case, auto_unbox = TRUE, digits = I(17), na = "null", pretty = 1, null = "null")
  writeLines(text, path)
}

# Largest relative difference over the numbers that both sides have, by field.
compare_case <- function(case, result) {
  old <- unlist(case$expected)
  new <- unlist(result$expected)
  shared <- intersect(names(old), names(new))
  old <- suppressWarnings(as.numeric(old[shared]))
  new <- suppressWarnings(as.numeric(new[shared]))
  keep <- is.finite(old) & is.finite(new)
  if (!any(keep)) return(NA)
  max(abs(new[keep] - old[keep]) / pmax(abs(old[keep]), 1e-12))
}

main <- function(arguments) {
  check <- "--check" %in% arguments
  for (path in setdiff(arguments, "--check")) {
    case <- fromJSON(path, simplifyMatrix = FALSE)
    result <- evaluate_case(case)
    if (check) {
      cat(sprintf("%-40s %.1e\n", case$id, compare_case(case, result)))
    } else {
      write_case(case, result, path)
    }
  }
}

main(commandArgs(trailingOnly = TRUE))
