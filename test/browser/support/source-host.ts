import { fileURLToPath } from 'node:url';
import { createServer, type Plugin } from 'vite';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A page and what it fetches, by path. */
export type HostedTexts = Readonly<Record<`/${string}.html` | `/${string}.json`, string>>;

/** Serves the repository's sources to a page, as `npx vite .` does. */
export interface SourceHost {
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Serves texts beside the repository's sources, on the port of a development server: the twin lets pages of that origin
 * call its regions.
 */
export async function startSourceHost(texts: HostedTexts, cacheDir: string): Promise<SourceHost> {
  const entries = ['src/client.ts', 'src/app/app.ts'];
  const hosted: Plugin = {
    name: 'hosted-texts',
    // A source that imports the outputs of the repository gets those that are hosted.
    load: (id) => (id === `${ROOT}amplify_outputs.json` ? texts['/amplify_outputs.json'] : undefined),
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = request.url ?? '';
        const text = Object.entries(texts).find(([known]) => known === path)?.[1];
        if (text === undefined) return next();
        const isPage = path.endsWith('.html');
        response.setHeader('content-type', isPage ? 'text/html' : 'application/json');
        const body = isPage ? server.transformIndexHtml(path, text) : Promise.resolve(text);
        body.then((sent) => response.end(sent), next);
      });
    },
  };
  const server = await createServer({
    ...{ root: ROOT, configFile: false, cacheDir, logLevel: 'error', plugins: [hosted] },
    // Packages are found, and bundled, before a page is given. One that is found later reloads the page, and what a test
    // has done on it is gone.
    optimizeDeps: { entries },
    server: { port: 5173, strictPort: true, warmup: { clientFiles: entries } },
  });
  await server.listen();
  return { origin: 'http://localhost:5173', close: () => server.close() };
}
