// A registry of this scope alone, on loopback: npm picks by the ranges from what was released and what would be, as it
// will from the real one. Packages of others come from where they always come from.
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

/**
 * @param tarballs - `[{ manifest, file }]`, several versions of a package among them
 * @returns `{ url, close }`; the address is another one each time, so that npm's cache never answers for an earlier run
 */
export async function startRegistry(tarballs) {
  const secret = randomUUID();
  const server = createServer((request, response) => {
    const [, folder, ...rest] = decodeURIComponent(request.url).split("/");
    const name = rest.join("/");
    const file = tarballs.find((each) => tarballPath(each.manifest) === name)?.file;
    const found = folder !== secret ? undefined : file === undefined ? packument(name) : readFileSync(file);
    response.statusCode = found === undefined ? 404 : 200;
    response.end(found ?? "{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}/${secret}/`;

  function packument(name) {
    const versions = tarballs.filter(({ manifest }) => manifest.name === name);
    if (versions.length === 0) return undefined;
    const entries = versions.map(({ manifest, file }) => {
      const integrity = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
      return [manifest.version, { ...manifest, dist: { tarball: url + tarballPath(manifest), integrity } }];
    });
    return JSON.stringify({
      name,
      "dist-tags": { latest: versions.at(-1).manifest.version },
      versions: Object.fromEntries(entries),
    });
  }

  return { url, close: () => server.close() };
}

const tarballPath = ({ name, version }) => `${name}/-/${version}.tgz`;
