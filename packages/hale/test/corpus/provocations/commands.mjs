// Programs that are started with a secret in their arguments: the error's message holds the whole command line.

const closed = (p) => `127.0.0.1:${p.closed}`

/** Command lines as they stand in scripts; none of the programs has to exist. */
const LINES = [
  [
    'a mysqldump with --password=',
    (s, p) => `mysqldump --host=127.0.0.1 --port=${p.closed} --user=app --password=${s} shop`,
  ],
  ['a mysql with -p in quotes', (s, p) => `mysql -h 127.0.0.1 -P ${p.closed} -u app -p'${s}' shop -e 'select 1'`],
  ['a mysqladmin with -p', (s, p) => `mysqladmin -h 127.0.0.1 -P ${p.closed} -uapp -p${s} ping`],
  ['a MYSQL_PWD', (s, p) => `MYSQL_PWD=${s} mysql -h 127.0.0.1 -P ${p.closed} -u app -e 'select 1'`],
  ['a pg_dump with a URL', (s, p) => `pg_dump --dbname=postgresql://app:${s}@${closed(p)}/shop -Fc`],
  [
    'a psql with a libpq string',
    (s, p) => `psql "host=127.0.0.1 port=${p.closed} user=app password=${s} dbname=shop" -c 'select 1'`,
  ],
  ['a pg_isready in an environment', (s, p) => `env PGPASSWORD='${s}' pg_isready -h 127.0.0.1 -p ${p.closed}`],
  ['a redis-cli with a URL', (s, p) => `redis-cli -u redis://default:${s}@${closed(p)} ping`],
  ['a redis-cli with --pass', (s, p) => `redis-cli -h 127.0.0.1 -p ${p.closed} --user app --pass ${s} ping`],
  ['a REDISCLI_AUTH', (s, p) => `REDISCLI_AUTH=${s} redis-cli -h 127.0.0.1 -p ${p.closed} ping`],
  ['a mongodump with a URI', (s, p) => `mongodump --uri="mongodb://app:${s}@${closed(p)}/shop?authSource=admin"`],
  [
    'a mongosh with -p',
    (s, p) => `mongosh --host 127.0.0.1 --port ${p.closed} -u app -p ${s} --eval 'db.runCommand({ ping: 1 })'`,
  ],
  ['a curl with --user', (s, p) => `curl -sf --user app:${s} http://${closed(p)}/`],
  ['a curl with --user=', (s, p) => `curl -sf --user=app:${s} http://${closed(p)}/`],
  ['a curl with --oauth2-bearer', (s, p) => `curl -sf --oauth2-bearer ${s} http://${closed(p)}/`],
  ['a curl with a token in the query', (s, p) => `curl -sf 'http://${closed(p)}/v1/items?page=2&access_token=${s}'`],
  [
    'a curl with a password in its body',
    (s, p) => `curl -sf -d 'grant_type=password&username=app&password=${s}' http://${closed(p)}/token`,
  ],
  [
    'a curl with a JSON body',
    (s, p) =>
      `curl -sf -H 'content-type: application/json' -d '{"user":"app","password":"${s}"}' http://${closed(p)}/login`,
  ],
  ['a curl with a cookie', (s, p) => `curl -sf -b 'session=${s}; theme=dark' http://${closed(p)}/`],
  ['a curl with a cookie header', (s, p) => `curl -sf -H 'Cookie: session=${s}' http://${closed(p)}/`],
  [
    'a curl with a GitLab token',
    (s, p) => `curl -sf --header "PRIVATE-TOKEN: ${s}" http://${closed(p)}/api/v4/projects`,
  ],
  ['a curl with a Vault token', (s, p) => `curl -sf -H "X-Vault-Token: ${s}" http://${closed(p)}/v1/secret/data/app`],
  ['a curl through a proxy', (s, p) => `curl -sf -x http://app:${s}@${closed(p)} http://api.internal/`],
  ['a curl with --proxy-user', (s, p) => `curl -sf --proxy ${closed(p)} --proxy-user app:${s} http://api.internal/`],
  [
    'a curl with an ApiKey header',
    (s, p) => `curl -sf -H "Authorization: ApiKey ${s}" http://${closed(p)}/_cluster/health`,
  ],
  ['a wget with --password', (s, p) => `wget -q --user=app --password=${s} http://${closed(p)}/`],
  ['a wget with a header', (s, p) => `wget -q --header="Authorization: Bearer ${s}" http://${closed(p)}/`],
  ['a git push to a URL with a token', (s, p) => `git push https://x-access-token:${s}@${closed(p)}/a/b.git main`],
  [
    'a git with an extra header',
    (s, p) => `git -c http.extraHeader="Authorization: Bearer ${s}" ls-remote http://${closed(p)}/a.git`,
  ],
  ['a docker login with -p', (s, p) => `false docker login -u app -p ${s} ${closed(p)}`],
  ['a docker run with -e', (s) => `false docker run -e POSTGRES_PASSWORD=${s} -p 5432:5432 postgres:17`],
  ['a docker run with --env', (s) => `false docker run --env DATABASE_URL=postgres://app:${s}@127.0.0.1/shop app:1`],
  ['a kubectl create secret', (s) => `false kubectl create secret generic db --from-literal=password=${s}`],
  ['a kubectl with --token=', (s) => `false kubectl --server=https://127.0.0.1:6443 --token=${s} get pods`],
  ['a helm with --set', (s) => `false helm upgrade app ./chart --set image.tag=1.2 --set db.password=${s}`],
  ['an aws configure', (s) => `false aws configure set aws_secret_access_key ${s}`],
  [
    'an AWS_SECRET_ACCESS_KEY',
    (s) => `AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=${s} false aws s3 ls`,
  ],
  ['an az login', (s) => `false az login --service-principal -u app --password ${s} --tenant t`],
  ['a gcloud with an access token', (s) => `false gcloud auth activate-refresh-token app ${s}`],
  ['an openssl with -passout', (s) => `false openssl pkcs12 -export -in c.pem -passout pass:${s}`],
  ['an openssl with -k', (s) => `false openssl enc -aes-256-cbc -k ${s} -in a -out b`],
  ['an sshpass', (s) => `false sshpass -p ${s} ssh app@127.0.0.1 uptime`],
  ['an sshpass with -p in quotes', (s) => `false sshpass -p '${s}' scp a.txt app@127.0.0.1:/tmp`],
  ['a zip with -P', (s) => `false zip -P ${s} backup.zip data`],
  ['a 7z with -p', (s) => `false 7z a -p${s} backup.7z data`],
  ['an ldapsearch with -w', (s, p) => `false ldapsearch -H ldap://${closed(p)} -D cn=admin -w ${s} -b dc=x`],
  ['an smbclient with -U', (s) => `false smbclient //127.0.0.1/share -U app%${s}`],
  ['a mosquitto_pub with -P', (s, p) => `false mosquitto_pub -h 127.0.0.1 -p ${p.closed} -u app -P ${s} -t a -m b`],
  ['a rabbitmqctl', (s) => `false rabbitmqctl change_password app ${s}`],
  ['a cqlsh with -p', (s) => `false cqlsh -u app -p ${s} 127.0.0.1`],
  ['a clickhouse-client', (s) => `false clickhouse-client --host 127.0.0.1 --user app --password ${s} -q 'select 1'`],
  ['a sqlcmd with -P', (s) => `false sqlcmd -S 127.0.0.1 -U sa -P ${s} -Q 'select 1'`],
  ['an npm with a registry token', (s) => `false npm publish --//registry.test/:_authToken=${s}`],
  ['an htpasswd with -b', (s) => `false htpasswd -bn app ${s}`],
  ['a vault login', (s) => `false vault login -address=http://127.0.0.1:8200 token=${s}`],
  ['a stripe with --api-key', (s) => `false stripe listen --api-key sk_test_${s}`],
  ['a flag with an equals sign and quotes', (s) => `false deploy --client-secret="${s}" --region=eu`],
  ['a flag of one dash', (s) => `false java -jar app.jar -Ddb.password=${s} -Dserver.port=8080`],
  ['a javax trust store', (s) => `false java -Djavax.net.ssl.trustStorePassword=${s} -jar app.jar`],
  ['an export before it', (s) => `export API_TOKEN=${s} && false run`],
  ['a here-string', (s) => `false login --password-stdin <<< 'password: ${s}'`],
  ['an echo into a login', (s) => `echo "token ${s}" | false gh auth login --with-token`],
]

/** @type {readonly (readonly [client: string, what: string, provoke: (...given: readonly any[]) => unknown])[]} */
export const commands = [
  ...LINES.map(([what, line]) => ['node:child_process', what, (s, p) => p.exec(line(s, p))]),
  [
    'node:child_process',
    'a file with arguments that fails',
    (s, p) => p.execFile('false', ['login', '--password', s, '127.0.0.1']),
  ],
  [
    'node:child_process',
    'a file with --token=',
    (s, p) => p.execFile('false', ['deploy', `--token=${s}`, '--to', 'eu']),
  ],
  [
    'node:child_process',
    'a synchronous command',
    async (s) =>
      (await import('node:child_process')).execSync(`false --secret ${s} --host 127.0.0.1`, { stdio: 'pipe' }),
  ],
  [
    'node:child_process',
    'a synchronous file',
    async (s) =>
      (await import('node:child_process')).execFileSync('false', ['-u', `app:${s}`, '127.0.0.1'], { stdio: 'pipe' }),
  ],
  [
    'node:child_process',
    'a script whose words name the secret',
    (s, p) => p.exec(`sh -c 'echo "login with password ${s} failed" >&2; exit 1'`),
  ],
  [
    'node:child_process',
    'a working directory that is none',
    (s, p) => p.execFile('true', [], { cwd: `/nonexistent?token=${s}` }),
  ],
  [
    'execa',
    'a command that fails',
    (s, p, { execa }) => execa('false', ['login', '--password', s, '--host', '127.0.0.1']),
  ],
  ['execa', 'a command that is none', (s, p, { execa }) => execa('no-such-program', ['--api-key', s])],
  [
    'execa',
    'a shell line',
    (s, p, { execaCommand }) => execaCommand(`PGPASSWORD=${s} false psql -h 127.0.0.1`, { shell: true }),
  ],
  ['execa', 'a URL', (s, p, { execa }) => execa('false', [`postgres://app:${s}@127.0.0.1/shop`])],
  ['execa', 'a header', (s, p, { execa }) => execa('false', ['-H', `Authorization: Bearer ${s}`, 'http://127.0.0.1/'])],
  ['execa', 'credentials of curl', (s, p, { execa }) => execa('false', ['-u', `app:${s}`, 'http://127.0.0.1/'])],
  [
    'execa',
    'a password of mysql',
    (s, p, { execa }) => execa('mysql', ['-h', '127.0.0.1', '-P', String(p.closed), '-uapp', `-p${s}`]),
  ],
  ['execa', 'a timeout', (s, p, { execa }) => execa('sleep', ['5', `--token=${s}`], { timeout: 100 })],
  [
    'shelljs',
    'a command that fails',
    (s, p, { default: shell }) => {
      shell.config.fatal = true
      shell.config.silent = true
      return shell.exec(`false --password=${s} --host=127.0.0.1`)
    },
  ],
  [
    'shelljs',
    'a file that is none',
    (s, p, { default: shell }) => {
      shell.config.fatal = true
      shell.config.silent = true
      return shell.cat(`/nonexistent/token=${s}`)
    },
  ],
  [
    'commander',
    'an option that is none',
    (s, p, { Command }) =>
      new Command()
        .exitOverride()
        .configureOutput({ writeErr() {} })
        .option('--token <token>')
        .parse(['node', 'x', `--tokne=${s}`]),
  ],
  [
    'commander',
    'an argument too many',
    (s, p, { Command }) =>
      new Command()
        .exitOverride()
        .configureOutput({ writeErr() {} })
        .addArgument()
        .parse(['node', 'x', `password=${s}`]),
  ],
  [
    'commander',
    'a value that is not allowed',
    (s, p, { Command, Option }) =>
      new Command()
        .exitOverride()
        .configureOutput({ writeErr() {} })
        .addOption(new Option('--api-key <key>').choices(['a']))
        .parse(['node', 'x', '--api-key', s]),
  ],
  [
    'commander',
    'a parser that refuses',
    (s, p, { Command, InvalidArgumentError }) =>
      new Command()
        .exitOverride()
        .configureOutput({ writeErr() {} })
        .option('--password <word>', 'x', () => {
          throw new InvalidArgumentError('Too weak.')
        })
        .parse(['node', 'x', '--password', s]),
  ],
  [
    'yargs',
    'an argument that is none',
    (s, p, { default: yargs }) =>
      yargs([`--secrte=${s}`, `--x`])
        .strict()
        .exitProcess(false)
        .fail((message) => {
          throw new Error(message)
        })
        .parse(),
  ],
  [
    'yargs',
    'a value that is not allowed',
    (s, p, { default: yargs }) =>
      yargs(['--token', s])
        .choices('token', ['a'])
        .exitProcess(false)
        .fail((message) => {
          throw new Error(message)
        })
        .parse(),
  ],
  [
    'node:util',
    'an option that is none',
    async (s) =>
      (await import('node:util')).parseArgs({ args: [`--tokne=${s}`], options: { token: { type: 'string' } } }),
  ],
  [
    'node:util',
    'an argument too many',
    async (s) => (await import('node:util')).parseArgs({ args: [`password=${s}`], options: {} }),
  ],
]
