internal import Resilience

/// The laws of the local rate limiter as steps of the server, by the server's clock, decision for decision the same.
///
/// Time is a pair of whole seconds and nanoseconds, because a number in Lua holds only 53 bits; differences are taken
/// in nanoseconds and stay exact for 104 days, which bounds what settings are allowed. Each answers `{taken, wait}`: 1
/// and how long to wait for one's turn, or 0 and when to come back; 0 and -1 is never.
enum RateLimitScripts {
  /// Where the time comes from: the server, or in tests the first two arguments.
  enum Clock { case server, arguments }

  /// The longest difference of times that is exact, in nanoseconds: 52 days, so that sums are exact as well.
  static let longest: Int64 = 1 << 52

  /// ARGV: seconds, nanoseconds (read in tests only), interval, capacity, permits, patience.
  ///
  /// The key holds when the bucket will be full again.
  static func bucket(_ clock: Clock) -> RedisScript {
    RedisScript(
      "token bucket",
      source: self.time(clock) + """
        local interval, capacity = tonumber(ARGV[3]), tonumber(ARGV[4])
        local cost, patience = interval * tonumber(ARGV[5]), tonumber(ARGV[6])
        if cost > capacity then return {0, -1} end
        local held = redis.call('HMGET', KEYS[1], 's', 'n')
        local ahead = held[1] and since(tonumber(held[1]), tonumber(held[2])) or 0
        ahead = math.max(0, -ahead) + cost
        local wait = math.max(0, ahead - capacity)
        if wait > patience then return {0, num(wait)} end
        local n = nanoseconds + ahead
        local carry = math.floor(n / 1000000000)
        redis.call('HSET', KEYS[1], 's', num(seconds + carry), 'n', num(n - carry * 1000000000))
        redis.call('PEXPIRE', KEYS[1], num(math.ceil(ahead / 1000000) + 1000))
        return {1, num(wait)}
        """)
  }

  /// ARGV: seconds, nanoseconds (read in tests only), slice, limit, permits.
  ///
  /// The key holds 21 counters, which slice they have got to, and when the first slice began.
  static func window(_ clock: Clock) -> RedisScript {
    RedisScript(
      "sliding window",
      source: self.time(clock) + """
        local slice, limit, permits = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
        if permits > limit then return {0, -1} end
        local held = redis.call('HMGET', KEYS[1], 's', 'n', 'e', 'w')
        local os, on, epoch = tonumber(held[1] or seconds), tonumber(held[2] or nanoseconds), tonumber(held[3] or 0)
        if held[4] and tonumber(held[4]) ~= slice then
          redis.call('DEL', KEYS[1])
          os, on, epoch = seconds, nanoseconds, 0
        end
        local passed = math.max(0, since(os, on))
        local current = math.floor(passed / slice)
        if current > epoch then
          for gone = 0, math.min(21, current - epoch) - 1 do
            redis.call('HDEL', KEYS[1], 'c' .. (current - gone) % 21)
          end
          epoch = current
        end
        local taken = 0
        local counts = redis.call('HMGET', KEYS[1], 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c9',
          'c10', 'c11', 'c12', 'c13', 'c14', 'c15', 'c16', 'c17', 'c18', 'c19', 'c20')
        for i = 1, 21 do taken = taken + tonumber(counts[i] or 0) end
        if permits > limit - taken then
          local excess = taken - limit + permits
          local leaves = epoch - 20
          while leaves < epoch do
            excess = excess - tonumber(counts[leaves % 21 + 1] or 0)
            if excess <= 0 then break end
            leaves = leaves + 1
          end
          redis.call('HSET', KEYS[1], 's', num(os), 'n', num(on), 'e', num(epoch), 'w', num(slice))
          redis.call('PEXPIRE', KEYS[1], num(math.ceil(slice * 21 / 1000000) + 1000))
          return {0, num((leaves + 21) * slice - passed)}
        end
        redis.call('HINCRBY', KEYS[1], 'c' .. epoch % 21, permits)
        if epoch * slice > 2251799813685248 then
          local slices = math.floor(epoch / 21) * 21
          local moved = on + slices * slice
          local carry = math.floor(moved / 1000000000)
          os, on, epoch = os + carry, moved - carry * 1000000000, epoch - slices
        end
        redis.call('HSET', KEYS[1], 's', num(os), 'n', num(on), 'e', num(epoch), 'w', num(slice))
        redis.call('PEXPIRE', KEYS[1], num(math.ceil(slice * 21 / 1000000) + 1000))
        return {1, '0'}
        """)
  }

  private static func time(_ clock: Clock) -> String {
    let now =
      switch clock {
      case .server:
        """
        local time = redis.call('TIME')
        local seconds, nanoseconds = tonumber(time[1]), tonumber(time[2]) * 1000

        """
      case .arguments: "local seconds, nanoseconds = tonumber(ARGV[1]), tonumber(ARGV[2])\n"
      }
    return now + """
      local function num(x) return string.format('%.0f', x) end
      local function since(s, n) return (seconds - s) * 1000000000 + nanoseconds - n end

      """
  }
}
