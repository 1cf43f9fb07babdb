rma(measure = "PLO", xi = events, ni = n, {{zero_cells}}, data = d, method = "{{estimator}}",
           control = list(threshold = 1e-12, maxiter = 10000))$tau2
