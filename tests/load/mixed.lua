-- What wrk asks: mixed pages, each request one of them by chance, with a pause before it where LOAD_PAUSE_MS says so.
-- Prints what came of it as a line of JSON. Pages are the files of the folder LOAD_PAGES; how a name ends is its kind.

local kinds = { html = "text/html; charset=utf-8", txt = "text/plain; charset=utf-8", json = "application/json" }
local pause = tonumber(os.getenv("LOAD_PAUSE_MS") or "0")
local requests = {}
local seed = 1

function setup(thread)
  thread:set("seed", seed)
  seed = seed + 1
end

function init()
  math.randomseed(seed)
  local folder = os.getenv("LOAD_PAGES")
  for name in io.lines(folder .. "/index") do
    local file = assert(io.open(folder .. "/" .. name, "rb"))
    local headers = { ["content-type"] = kinds[name:match("%.(%a+)$")], ["host"] = "127.0.0.1" }
    requests[#requests + 1] = wrk.format("POST", "/v1/clean", headers, file:read("*a"))
    file:close()
  end
end

function request()
  return requests[math.random(#requests)]
end

if pause > 0 then
  -- Callers who know nothing of each other: pauses without memory.
  function delay()
    return math.floor(-pause * math.log(1 - math.random()))
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"seconds":%f,"answers":%d,"refused":%d,"broken":%d,"late":%d,"p50_ms":%f,"p99_ms":%f,"longest_ms":%f}\n',
    summary.duration / 1e6, summary.requests, errors.status, errors.connect + errors.read + errors.write,
    errors.timeout, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
