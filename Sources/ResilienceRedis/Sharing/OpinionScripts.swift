/// The steps of the exchange.
///
/// `instances` tells until when each instance counts, `told` what it thinks: breakers and serials, in turn, one text
/// for each. `overrides` is the control store's.
enum OpinionScripts {
  /// ARGV: instance, lifetime in milliseconds, then breakers and serials in turn.
  static let exchange = RedisScript(
    "exchange opinions", isRepeatable: true,
    source: LuaPrelude.time + """
      local at = now()
      local me = ARGV[1]
      for _, gone in ipairs(redis.call('ZRANGEBYSCORE', P .. 'instances', '-inf', num(at))) do
        redis.call('ZREM', P .. 'instances', gone)
        redis.call('HDEL', P .. 'told', gone)
      end
      local isNew = redis.call('ZADD', P .. 'instances', num(at + ARGV[2]), me) == 1
      local mine = {}
      for i = 3, #ARGV do mine[#mine + 1] = ARGV[i] end
      local before = redis.call('HGET', P .. 'told', me)
      local after = #mine > 0 and cjson.encode(mine) or false
      if after then
        if after ~= before then redis.call('HSET', P .. 'told', me, after) end
      elseif before then
        redis.call('HDEL', P .. 'told', me)
      end
      if after and after ~= before then redis.pcall('PUBLISH', P .. 'news', me) end
      local told = {}
      local all = redis.call('HGETALL', P .. 'told')
      for i = 1, #all, 2 do
        local words = cjson.decode(all[i + 1])
        for j = 1, #words, 2 do
          told[#told + 1] = all[i]
          told[#told + 1] = words[j]
          told[#told + 1] = words[j + 1]
        end
      end
      return {redis.call('ZCARD', P .. 'instances'), told, redis.call('HVALS', P .. 'overrides')}
      """)
}
