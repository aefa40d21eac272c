/** Compresses every text file of the build once, as well as it goes, so that the server never has to. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const root = join(import.meta.dirname, 'dist/browser');

/** Its comments are for who writes it; a slow line waits for them. */
const page = join(root, 'index.html');
writeFileSync(page, readFileSync(page, 'utf8').replaceAll(/\s*<!--.*?-->/gs, ''));

for (const file of globSync('**/*.{html,js,css,svg,webmanifest}', { cwd: root })) {
  const path = join(root, file);
  const content = readFileSync(path);
  writeFileSync(`${path}.br`, brotliCompressSync(content));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}
