extension RedisStartupCheck {
  /// Does once what stores do, on keys that end by themselves: a user who lacks a right must not find out half-way
  /// through a script, where nothing is undone.
  static let probe = RedisScript(
    "permission probe", isRepeatable: true,
    source: """
      local hash, set, number = KEYS[1] .. 'h', KEYS[1] .. 'z', KEYS[1] .. 'n'
      redis.call('TIME')
      redis.call('HSET', hash, 'a', '1')
      redis.call('PEXPIRE', hash, '10000')
      redis.call('PEXPIREAT', hash, '1')
      redis.call('HSET', hash, 'a', '1')
      redis.call('HGET', hash, 'a')
      redis.call('HMGET', hash, 'a', 'b')
      redis.call('HEXISTS', hash, 'a')
      redis.call('HINCRBY', hash, 'a', '1')
      redis.call('HDEL', hash, 'b')
      redis.call('EXISTS', hash)
      redis.call('INCR', number)
      redis.call('ZADD', set, '1', 'a', '2', 'b')
      redis.call('ZCARD', set)
      redis.call('ZCOUNT', set, '-inf', '1')
      redis.call('ZRANGE', set, '0', '0')
      redis.call('ZRANGEBYSCORE', set, '-inf', '1')
      redis.call('ZREVRANGEBYSCORE', set, '1', '-inf')
      redis.call('ZRANGEBYLEX', set, '-', '+')
      redis.call('ZPOPMIN', set)
      redis.call('ZREM', set, 'a')
      redis.call('ZREMRANGEBYRANK', set, '0', '0')
      return redis.call('DEL', hash, set, number)
      """)
}
