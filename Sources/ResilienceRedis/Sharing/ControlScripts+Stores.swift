/// The steps of settings, reviews and healing runs.
///
/// `settings` is a hash by key. `reviews` is a hash by id, beside it `reviews:states` (a hash by id), `reviews:order`
/// and `reviews:decided` (sorted sets by time) and `reviews:waiting` (a set). Of healing, `healing:stop` belongs to all
/// instances, and each has, under `healing:NAME:`, `runs` (a hash by id), `order` and `ended` (sorted sets by number),
/// `processes` (a hash by name) and `mark`.
extension ControlScripts {
  /// Writes audit lines, the first `count` of the arguments after how many are kept; leaves `at` behind them.
  private static let audits = """
    local P = KEYS[1]
    local kept, count, last = ARGV[1], tonumber(ARGV[2]), 0
    for index = 3, 2 + count do
      last = redis.call('INCR', P .. 'audits')
      redis.call('ZADD', P .. 'audit', last, string.format('%.0f', last) .. ARGV[index])
    end
    if count > 0 then redis.call('ZREMRANGEBYRANK', P .. 'audit', 0, -1 - kept) end
    local at = 3 + count

    """

  /// ARGV: audit lines; then, in fours: `set` or `remove`, hash, field, value.
  static let change = RedisScript(
    "change",
    source: audits + """
      for index = at, #ARGV, 4 do
        if ARGV[index] == 'set' then redis.call('HSET', P .. ARGV[index + 1], ARGV[index + 2], ARGV[index + 3])
        else redis.call('HDEL', P .. ARGV[index + 1], ARGV[index + 2]) end
      end
      return last
      """)

  /// ARGV: a hash.
  static let values = RedisScript(
    "load values", isRepeatable: true, source: "return redis.call('HVALS', KEYS[1] .. ARGV[1])")

  /// ARGV: a hash, a field.
  static let value = RedisScript(
    "load value", isRepeatable: true, source: "return redis.call('HGET', KEYS[1] .. ARGV[1], ARGV[2])")

  /// ARGV: a hash, a field, what it is where there is nothing yet.
  static let settle = RedisScript(
    "settle value", isRepeatable: true,
    source: """
      redis.call('HSETNX', KEYS[1] .. ARGV[1], ARGV[2], ARGV[3])
      return redis.call('HGET', KEYS[1] .. ARGV[1], ARGV[2])
      """)

  /// Puts a review: `put(id, body, state, time, isFinal)`.
  private static let put = """
    local function put(id, body, state, time, isFinal)
      redis.call('HSET', P .. 'reviews', id, body)
      redis.call('HSET', P .. 'reviews:states', id, state)
      redis.call('ZADD', P .. 'reviews:order', time, id)
      if isFinal == '1' then
        redis.call('SREM', P .. 'reviews:waiting', id)
        redis.call('ZADD', P .. 'reviews:decided', time, id)
      else
        redis.call('SADD', P .. 'reviews:waiting', id)
        redis.call('ZREM', P .. 'reviews:decided', id)
      end
    end

    """

  /// ARGV: id, body, state, time, 1 where it is decided, how many may wait, how many decided ones are kept.
  static let addReview = RedisScript(
    "add review",
    source: "local P = KEYS[1]\n" + put + """
      if redis.call('SCARD', P .. 'reviews:waiting') >= tonumber(ARGV[6]) then return 0 end
      put(ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
      local surplus = redis.call('ZCARD', P .. 'reviews:decided') - ARGV[7]
      if surplus > 0 then
        for _, id in ipairs(redis.call('ZRANGE', P .. 'reviews:decided', 0, surplus - 1)) do
          redis.call('HDEL', P .. 'reviews', id)
          redis.call('HDEL', P .. 'reviews:states', id)
          redis.call('ZREM', P .. 'reviews:order', id)
          redis.call('ZREM', P .. 'reviews:decided', id)
        end
      end
      return 1
      """)

  /// ARGV: an audit line; then id, body, state, time, 1 where it is decided.
  static let saveReview = RedisScript(
    "save review",
    source: audits + put + """
      put(ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
      return last
      """)

  /// ARGV: a state or nothing, how many.
  static let reviews = RedisScript(
    "load reviews", isRepeatable: true,
    source: """
      local P, found = KEYS[1], {}
      for _, id in ipairs(redis.call('ZREVRANGE', P .. 'reviews:order', 0, -1)) do
        if #found >= tonumber(ARGV[2]) then break end
        if ARGV[1] == '' or redis.call('HGET', P .. 'reviews:states', id) == ARGV[1] then
          found[#found + 1] = redis.call('HGET', P .. 'reviews', id)
        end
      end
      return found
      """)

  /// ARGV: audit lines; then the instance's space, id, body, 1 where it has ended, how many ended ones are kept.
  static let saveRun = RedisScript(
    "save healing run",
    source: audits + """
      local S, id = P .. ARGV[at], ARGV[at + 1]
      redis.call('HSET', S .. 'runs', id, ARGV[at + 2])
      local number = redis.call('ZSCORE', S .. 'order', id)
      if not number then
        number = redis.call('INCR', S .. 'number')
        redis.call('ZADD', S .. 'order', number, id)
      end
      if ARGV[at + 3] == '1' then redis.call('ZADD', S .. 'ended', number, id)
      else redis.call('ZREM', S .. 'ended', id) end
      local surplus = redis.call('ZCARD', S .. 'ended') - ARGV[at + 4]
      if surplus > 0 then
        for _, old in ipairs(redis.call('ZRANGE', S .. 'ended', 0, surplus - 1)) do
          redis.call('HDEL', S .. 'runs', old)
          redis.call('ZREM', S .. 'order', old)
          redis.call('ZREM', S .. 'ended', old)
        end
      end
      return last
      """)

  /// ARGV: the instance's space, how many.
  static let runs = RedisScript(
    "load healing runs", isRepeatable: true,
    source: """
      local S, found = KEYS[1] .. ARGV[1], {}
      for index, id in ipairs(redis.call('ZREVRANGE', S .. 'order', 0, ARGV[2] - 1)) do
        found[index] = redis.call('HGET', S .. 'runs', id)
      end
      return found
      """)
}
