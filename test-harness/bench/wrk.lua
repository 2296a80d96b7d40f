-- Arguments: method, file of the body, file of header fields, file of the expected answer; "-" for none.
-- With an expected answer every answer is compared with it: for warming up, since it takes the client's time.
-- Prints what measure.sh reads: requests, microseconds, errors, bytes, and latencies at 50 % and 99 % in microseconds.
local expected
local wrong = 0
local threads = {}

local function content(name)
    if name == "-" then return nil end
    local file = assert(io.open(name, "rb"))
    local bytes = file:read("*a")
    file:close()
    return bytes
end

function setup(thread)
    table.insert(threads, thread)
end

function init(args)
    wrk.method = args[1]
    wrk.body = content(args[2])
    if args[3] ~= "-" then
        for line in io.lines(args[3]) do
            local name, value = line:match("^([^:]+): (.*)$")
            wrk.headers[name] = value
        end
    end
    expected = content(args[4])
    wrong_answers = 0
    if expected then
        response = function(status, headers, body)
            if status ~= 200 or body ~= expected then
                wrong_answers = wrong_answers + 1
            end
        end
    end
end

function done(summary, latency)
    local errors = summary.errors
    for _, thread in ipairs(threads) do
        wrong = wrong + thread:get("wrong_answers")
    end
    io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout + wrong,
        summary.bytes, latency:percentile(50), latency:percentile(99)))
end
