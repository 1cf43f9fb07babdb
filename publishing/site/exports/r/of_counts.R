  d <- escalc(measure = "{{measure}}", xi = events, ni = n, data = d, {{zero_cells}})
