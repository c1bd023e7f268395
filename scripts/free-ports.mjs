// Says in one sentence which port is taken and what changes it, before anything is started.
import { createServer } from 'node:net'

/** Ends the process when a port of the monitor or of the shop is taken. */
export async function refuseTakenPorts(shop) {
  const hale = process.env.HALE_PORT || '8480'
  await refuse(
    Number(hale),
    () => `the monitor listens there. Is hale running already? Another: ${again('HALE_PORT', Number(hale) + 1)}`,
  )
  for (const [name, port] of Object.entries(shop)) {
    await refuse(
      port,
      () => `the example shop needs it (${name}). Another five: ${again('SHOP_PORT', shop.control + 100)}`,
    )
  }
}

async function refuse(port, why) {
  // What is no port, `hale up` explains; 0 is any that is free.
  if (!Number.isInteger(port) || port < 1 || port > 65_535 || (await isFree(port))) return
  console.error(`Port ${port} is taken, and ${why()}`)
  process.exit(1)
}

function again(variable, port) {
  return `${variable}=${port} npm start`
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(error.code !== 'EADDRINUSE'))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
