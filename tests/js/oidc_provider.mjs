// npm's oidc-provider with one client; whoever logs in is whoever they say. Prints "ready" once it listens.
// node oidc_provider.mjs PORT REDIRECT_URI CLIENT SECRET
import path from "node:path";
import { pathToFileURL } from "node:url";

const [port, redirect, client, secret] = process.argv.slice(2);
const entry = path.join(process.env.NODE_PATH, "oidc-provider", "lib", "index.js");
const { default: Provider } = await import(pathToFileURL(entry));

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: client, client_secret: secret, redirect_uris: [redirect] }],
  pkce: { required: () => true },
  cookies: { keys: ["for this story alone"] },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
