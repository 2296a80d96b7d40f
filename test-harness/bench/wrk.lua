-- Prints what bench.sh reads: requests, microseconds, errors.
done = function(summary)
    local errors = summary.errors
    io.write(string.format("RESULT %d %d %d\n", summary.requests, summary.duration,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
