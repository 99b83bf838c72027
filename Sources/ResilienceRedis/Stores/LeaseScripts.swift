/// The steps of the lease store: `lease:NAME` is a hash of owner, token and end, and ends by itself.
enum LeaseScripts {
  private static let prelude =
    LuaPrelude.time + """
      local key = P .. 'lease:' .. ARGV[1]
      local at = now()
      local held = redis.call('HMGET', key, 'o', 't', 'x')
      if held[3] and tonumber(held[3]) <= at then held = {false, false, false} end
      local function hold(owner, token, ends)
        redis.call('HSET', key, 'o', owner, 't', num(token), 'x', num(ends))
        redis.call('PEXPIREAT', key, num(ends))
        return {owner, num(token), num(ends)}
      end

      """

  static let acquire = RedisScript(
    "acquire lease",
    source: Self.prelude + """
      if held[3] then return false end
      return hold(ARGV[2], redis.call('INCR', P .. 'leases'), at + ARGV[3])
      """)

  static let renew = RedisScript(
    "renew lease", isRepeatable: true,
    source: Self.prelude + """
      if held[2] ~= ARGV[2] then return false end
      return hold(held[1], tonumber(held[2]), at + ARGV[3])
      """)

  static let release = RedisScript(
    "release lease",
    source: Self.prelude + """
      if held[2] ~= ARGV[2] then return 0 end
      redis.call('DEL', key)
      return 1
      """)

  static let look = RedisScript(
    "look at lease", isRepeatable: true,
    source: Self.prelude + """
      if not held[3] then return false end
      return held
      """)
}
