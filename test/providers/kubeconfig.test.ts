/** What a kubeconfig may say of where a cluster is and who asks it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { openCluster } from '../../src/providers/api/kubeconfig.ts';
import { makeProject } from '../cli/command.ts';
import { writeKubeconfig } from './stand-ins/kubernetes.ts';

function hasOpenssl(): boolean {
  try {
    return execFileSync('openssl', ['version']).length > 0;
  } catch {
    return false;
  }
}

/** Signs itself, for this machine. */
function makeCertificate(folder: string): { cert: string; key: string } {
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=ana', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject], {
    stdio: 'ignore',
  });
  return { cert: readFileSync(join(folder, 'cert.pem'), 'utf8'), key: readFileSync(join(folder, 'key.pem'), 'utf8') };
}

test.runIf(hasOpenssl())(
  'certificates of the cluster and of whoever asks, and programs that are asked for tokens',
  async () => {
    const folder = makeProject({});
    const { cert, key } = makeCertificate(folder);
    const server = createServer(
      { cert, key, ca: cert, requestCert: true, rejectUnauthorized: false },
      (incoming, outgoing) => {
        const { CN } = (incoming.socket as TLSSocket).getPeerCertificate().subject ?? {};
        outgoing.writeHead(incoming.method === 'DELETE' ? 204 : 200);
        outgoing.end(incoming.method === 'DELETE' ? undefined : `${CN} ${incoming.headers.authorization}`);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const file = join(folder, 'config');
    const ask = async (method = 'GET') => {
      const cluster = openCluster({ PATH: process.env.PATH, KUBECONFIG: `${join(folder, 'none')}:${file}` });
      return cluster.fetch(`${cluster.server}/x`, { method, headers: await cluster.authorize() });
    };

    const known = { server: address, 'certificate-authority': 'cert.pem' };
    writeKubeconfig(file, known, { 'client-certificate': 'cert.pem', 'client-key-data': btoa(key) });
    expect(await (await ask()).text()).toBe('ana undefined');
    expect((await ask('DELETE')).status).toBe(204);
    writeKubeconfig(file, { server: address }, { token: 't1' });
    await expect(ask()).rejects.toThrow('self-signed certificate');
    writeKubeconfig(file, { server: address, 'insecure-skip-tls-verify': true }, { username: 'ana', password: 'x' });
    expect(await (await ask()).text()).toBe(`undefined Basic ${btoa('ana:x')}`);

    const plugin = join(folder, 'plugin');
    const status = `{ token: process.env.KUBERNETES_EXEC_INFO.includes('v1beta1') + process.env.WHO + process.argv[2] }`;
    writeFileSync(plugin, `#!${process.execPath}\nconsole.log(JSON.stringify({ status: ${status} }));\n`);
    chmodSync(plugin, 0o755);
    const apiVersion = 'client.authentication.k8s.io/v1beta1';
    const exec = { apiVersion, command: './plugin', args: ['me'], env: [{ name: 'WHO', value: 'its' }] };
    writeKubeconfig(file, known, { exec });
    expect(await (await ask()).text()).toBe('undefined Bearer trueitsme');
    writeKubeconfig(file, known, { exec: { ...exec, command: './another' } });
    await expect(ask()).rejects.toThrow('./another, which the kubeconfig names, tells no credentials');
  },
);
