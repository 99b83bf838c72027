/// The steps of the control store: `overrides` is a hash by breaker, `audit` a sorted set by number.
enum ControlScripts {
  /// ARGV: audit line, how many are kept, `set`, `remove` or `none`, breaker, override.
  static let note = RedisScript(
    "note decision",
    source: """
      local P = KEYS[1]
      if ARGV[3] == 'set' then redis.call('HSET', P .. 'overrides', ARGV[4], ARGV[5])
      elseif ARGV[3] == 'remove' then redis.call('HDEL', P .. 'overrides', ARGV[4]) end
      local id = redis.call('INCR', P .. 'audits')
      redis.call('ZADD', P .. 'audit', id, string.format('%.0f', id) .. ARGV[1])
      redis.call('ZREMRANGEBYRANK', P .. 'audit', 0, -1 - ARGV[2])
      if ARGV[3] ~= 'none' then redis.pcall('PUBLISH', P .. 'news', 'operator') end
      return id
      """)

  /// ARGV: audit line, how many are kept, `set` or `remove`, kind and name, body.
  static let decide = RedisScript(
    "note other decision",
    source: """
      local P = KEYS[1]
      if ARGV[3] == 'set' then redis.call('HSET', P .. 'decisions', ARGV[4], ARGV[5])
      else redis.call('HDEL', P .. 'decisions', ARGV[4]) end
      local id = redis.call('INCR', P .. 'audits')
      redis.call('ZADD', P .. 'audit', id, string.format('%.0f', id) .. ARGV[1])
      redis.call('ZREMRANGEBYRANK', P .. 'audit', 0, -1 - ARGV[2])
      return id
      """)

  static let decisions = RedisScript(
    "load decisions", isRepeatable: true, source: "return redis.call('HVALS', KEYS[1] .. 'decisions')")

  static let overrides = RedisScript(
    "load overrides", isRepeatable: true, source: "return redis.call('HVALS', KEYS[1] .. 'overrides')")

  static let audit = RedisScript(
    "recent audit", isRepeatable: true,
    source: "return redis.call('ZREVRANGE', KEYS[1] .. 'audit', 0, ARGV[1] - 1, 'WITHSCORES')")
}
