/// The steps of the key-value store.
///
/// `v:KEY` is a hash of value, metadata, version and end; `keys` holds the keys in the order of their bytes, `expiry`
/// those that end. Versions come from one counter, so they never go back, removed entries included.
enum KeyValueScripts {
  private static let prelude =
    LuaPrelude.time + """
      local function found(key)
        local f = redis.call('HMGET', P .. 'v:' .. key, 'n', 'x')
        if not f[1] or (f[2] and tonumber(f[2]) <= now()) then return 0 end
        return tonumber(f[1])
      end
      local function holds(condition, version)
        if condition == 'always' then return true end
        if condition == 'absent' then return version == 0 end
        return version ~= 0 and tonumber(condition) == version
      end
      local function forget(key)
        redis.call('DEL', P .. 'v:' .. key)
        redis.call('ZREM', P .. 'keys', key)
        redis.call('ZREM', P .. 'expiry', key)
      end

      """

  static let read = RedisScript(
    "read", isRepeatable: true,
    source: Self.prelude + """
      if found(ARGV[1]) == 0 then return false end
      return redis.call('HMGET', P .. 'v:' .. ARGV[1], 'v', 'm', 'n', 'x')
      """)

  private static let writeSource =
    Self.prelude + """
      local version = found(ARGV[1])
      if not holds(ARGV[2], version) then return {0, version} end
      version = redis.call('INCR', P .. 'version')
      local key = P .. 'v:' .. ARGV[1]
      redis.call('DEL', key)
      redis.call('HSET', key, 'v', ARGV[3], 'm', ARGV[4], 'n', num(version))
      redis.call('ZADD', P .. 'keys', 0, ARGV[1])
      if ARGV[5] ~= '0' then
        local ends = num(now() + ARGV[5])
        redis.call('HSET', key, 'x', ends)
        redis.call('ZADD', P .. 'expiry', ends, ARGV[1])
      else
        redis.call('ZREM', P .. 'expiry', ARGV[1])
      end
      return {1, version}
      """

  /// Writing the same again changes the version only, which nobody can have seen yet.
  static let write = RedisScript("write", isRepeatable: true, source: Self.writeSource)
  /// Repeated, it would meet its own write and report a conflict.
  static let writeIf = RedisScript("write", source: Self.writeSource)

  static let remove = RedisScript(
    "remove",
    source: Self.prelude + """
      local version = found(ARGV[1])
      if not holds(ARGV[2], version) then return {0, version} end
      forget(ARGV[1])
      return {1, version == 0 and 0 or 1}
      """)

  /// Up to so many keys and the last that was looked at, or nothing if that was the end.
  static let list = RedisScript(
    "list", isRepeatable: true,
    source: Self.prelude + """
      local at = now()
      local keys = redis.call('ZRANGEBYLEX', P .. 'keys', ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])
      local live = {}
      for _, key in ipairs(keys) do
        local ends = redis.call('HGET', P .. 'v:' .. key, 'x')
        if not ends or tonumber(ends) > at then live[#live + 1] = key end
      end
      return {live, #keys == tonumber(ARGV[3]) and keys[#keys] or false}
      """)

  static let removeExpired = RedisScript(
    "remove expired", isRepeatable: true,
    source: Self.prelude + """
      local keys = redis.call('ZRANGEBYSCORE', P .. 'expiry', '-inf', num(now()), 'LIMIT', 0, ARGV[1])
      for _, key in ipairs(keys) do forget(key) end
      return #keys
      """)
}
