/// The steps of the series store: `t:NAME` is a sorted set by time, `series` holds the names.
///
/// A member is the point's number, so that those of one time stay in their order, and its bytes.
enum SeriesScripts {
  /// How many bytes the number has.
  static let mark = 16

  static let append = RedisScript(
    "append points",
    source: """
      local P = KEYS[1]
      redis.call('ZADD', P .. 'series', 0, ARGV[1])
      for i = 2, #ARGV, 2 do
        local number = string.format('%016.0f', redis.call('INCR', P .. 'points'))
        redis.call('ZADD', P .. 't:' .. ARGV[1], ARGV[i], number .. ARGV[i + 1])
      end
      return (#ARGV - 1) / 2
      """)

  static let read = RedisScript(
    "read points", isRepeatable: true,
    source: """
      local key = KEYS[1] .. 't:' .. ARGV[1]
      return redis.call('ZREVRANGEBYSCORE', key, ARGV[3], ARGV[2], 'WITHSCORES', 'LIMIT', 0, ARGV[4])
      """)

  static let names = RedisScript(
    "names of series", isRepeatable: true,
    source: """
      return redis.call('ZRANGEBYLEX', KEYS[1] .. 'series', ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])
      """)

  static let remove = RedisScript(
    "remove points", isRepeatable: true,
    source: """
      local P = KEYS[1]
      local left = tonumber(ARGV[4])
      for _, name in ipairs(redis.call('ZRANGEBYLEX', P .. 'series', ARGV[1], ARGV[2])) do
        if left == 0 then break end
        local key = P .. 't:' .. name
        local count = math.min(left, redis.call('ZCOUNT', key, '-inf', '(' .. ARGV[3]))
        if count > 0 then
          redis.call('ZREMRANGEBYRANK', key, 0, count - 1)
          left = left - count
          if redis.call('EXISTS', key) == 0 then redis.call('ZREM', P .. 'series', name) end
        end
      end
      return ARGV[4] - left
      """)
}
