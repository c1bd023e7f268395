import { openClickhouse } from './clickhouse.ts'
import { openDns } from './dns.ts'
import { openHttp } from './http.ts'
import { openKafka, openKafkaWire } from './kafka.ts'
import { openMemcached } from './memcached.ts'
import { openMongodb } from './mongodb.ts'
import { openMqtt } from './mqtt.ts'
import { openMysql } from './mysql.ts'
import { openNats } from './nats.ts'
import { openNtp } from './ntp.ts'
import { openPostgres } from './postgres.ts'
import { openRabbitmq } from './rabbitmq.ts'
import { openRedis } from './redis.ts'
import { openS3 } from './s3.ts'
import { openGrpc, openSmtp, openTcp, openTls, openWebsocket } from './sockets.ts'
import { openStatusPage } from './status-page.ts'
import type { Bed } from './subject.ts'

/** Every real server, and the checks that ask it. A new one is a file and a line here. */
export const BEDS: Readonly<Record<string, () => Promise<Bed>>> = {
  postgres: openPostgres,
  mysql: openMysql,
  redis: openRedis,
  memcached: openMemcached,
  clickhouse: openClickhouse,
  nats: openNats,
  rabbitmq: openRabbitmq,
  mqtt: openMqtt,
  kafka: openKafka,
  'kafka-wire': openKafkaWire,
  mongodb: openMongodb,
  http: openHttp,
  'status-page': openStatusPage,
  s3: openS3,
  smtp: openSmtp,
  websocket: openWebsocket,
  grpc: openGrpc,
  tls: openTls,
  tcp: openTcp,
  dns: openDns,
  ntp: openNtp,
}
