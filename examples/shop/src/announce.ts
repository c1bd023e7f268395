import type { Server } from 'node:http'

/** Tells the process that started this one when it serves; says what keeps it from it, and ends. */
export function announce(server: Server): void {
  server.once('listening', () => process.send?.('listening'))
  server.once('error', (error: NodeJS.ErrnoException & { readonly port?: number }) => {
    const { code, port, message } = error
    console.error(code === 'EADDRINUSE' ? `Port ${port} is taken; SHOP_PORT moves the shop's five.` : message)
    process.exit(1)
  })
}
