/** The deployment of an output folder in the words of other tools, for people who deploy with those. */
import { stringify } from 'yaml';
import type { Manifest, OutputFile } from '../types.ts';
import { describeDesired } from './desired.ts';
import { MARKS, markReference, markVariable } from './open-values.ts';
import { makeSamTemplate } from './sam.ts';
import type { Desired } from './state.ts';
import { makeTerraform } from './terraform.ts';

const TITLE = 'made by faasify';

/** `template.yaml` (`template.us-east-1.yaml` for units of another region than others) and `main.tf.json`; nothing where nothing can be deployed. */
export function makeTemplates(built: Manifest): OutputFile[] {
  const manifest = { ...built, units: built.units.filter(({ deployed }) => deployed) };
  if (manifest.app === undefined || !manifest.targets.includes('lambda') || manifest.units.length === 0) return [];
  const desired = describeOpen(manifest);
  const regions = desired.regions.sort((a, b) => Number(b.region === MARKS.region) - Number(a.region === MARKS.region));
  const sam = regions.map(({ region }) => {
    const isOnly = desired.regions.length === 1 || region === MARKS.region;
    const path = isOnly ? 'template.yaml' : `template.${region}.yaml`;
    const text = stringify(makeSamTemplate(desired, region), {
      lineWidth: 0,
      aliasDuplicateObjects: false,
      version: '1.1',
    });
    return {
      path,
      text: `# ${TITLE}; sam deploy --guided --capabilities CAPABILITY_NAMED_IAM --template-file ${path}\n${text}`,
    };
  });
  const terraform = `${JSON.stringify(makeTerraform(desired), null, 2)}\n`;
  return [...sam, { path: 'main.tf.json', text: terraform }];
}

function describeOpen(manifest: Manifest): Desired {
  const names = manifest.units.flatMap(({ env }) => env).filter((name) => name !== 'FAASIFY_ROLE');
  const env = Object.fromEntries(names.map((name) => [name, markVariable(name)]));
  const regions = [MARKS.region, ...manifest.units.flatMap(({ settings }) => settings.region ?? [])];
  const asked = Object.entries(manifest.deploy?.environment ?? {});
  const values = Object.fromEntries(asked.map(([name, reference]) => [name, markReference(reference)]));
  return describeDesired({
    manifest,
    out: '.',
    env,
    account: { partition: MARKS.partition, id: MARKS.account },
    region: MARKS.region,
    references: new Map(regions.map((region) => [region, values])),
  });
}
