extension RedisStartupCheck {
  /// Does once what stores do, on keys that end by themselves: a user who lacks a right must not find out half-way
  /// through a script, where nothing is undone.
  ///
  /// All commands that scripts insist on; publishing is none of them, for they do without where it is not allowed.
  static let probe = RedisScript(
    "permission probe", isRepeatable: true,
    source: """
      local hash, set, number, members = KEYS[1] .. 'h', KEYS[1] .. 'z', KEYS[1] .. 'n', KEYS[1] .. 's'
      redis.call('TIME')
      redis.call('HSET', hash, 'a', '1')
      redis.call('PEXPIRE', hash, '10000')
      redis.call('PEXPIREAT', hash, '1')
      redis.call('HSET', hash, 'a', '1')
      redis.call('HGET', hash, 'a')
      redis.call('HMGET', hash, 'a', 'b')
      redis.call('HEXISTS', hash, 'a')
      redis.call('HINCRBY', hash, 'a', '1')
      redis.call('HSETNX', hash, 'b', '1')
      redis.call('HVALS', hash)
      redis.call('HGETALL', hash)
      redis.call('HDEL', hash, 'b')
      redis.call('EXISTS', hash)
      redis.call('INCR', number)
      redis.call('ZADD', set, '1', 'a', '2', 'b')
      redis.call('ZCARD', set)
      redis.call('ZCOUNT', set, '-inf', '1')
      redis.call('ZSCORE', set, 'a')
      redis.call('ZRANGE', set, '0', '0')
      redis.call('ZREVRANGE', set, '0', '0')
      redis.call('ZRANGEBYSCORE', set, '-inf', '1')
      redis.call('ZREVRANGEBYSCORE', set, '1', '-inf')
      redis.call('ZRANGEBYLEX', set, '-', '+')
      redis.call('ZPOPMIN', set)
      redis.call('ZREM', set, 'a')
      redis.call('ZREMRANGEBYRANK', set, '0', '0')
      redis.call('SADD', members, 'a')
      redis.call('SCARD', members)
      redis.call('SREM', members, 'a')
      return redis.call('DEL', hash, set, number, members)
      """)
}
