/** The port of `npm run dev` unless another one is asked for: the one that Vite's users know. */
export const DEV_SERVER_PORT = 5173;

/** The origins under which a browser sees a development server of this machine. */
export function devServerOrigins(port: number): readonly string[] {
  return ['localhost', '127.0.0.1', '[::1]'].map((name) => `http://${name}:${port}`);
}

/** Origins of `npm run dev` on its usual port, whose pages every twin lets call its regions. */
export const DEV_SERVER_ORIGINS = devServerOrigins(DEV_SERVER_PORT);
