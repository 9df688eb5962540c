/** The part of IAM that deployments ask for: roles with policies written into them. */
import { randomBytes } from 'node:crypto';
import type { Account, Catalogue, Role } from './account.ts';
import type { Answer } from './answer.ts';
import { ApiError } from './api-error.ts';
import { ACCOUNT } from './names.ts';
import { formatXml, type XmlValue } from './xml.ts';

type Roles = Account['roles'];
type Action = (roles: Catalogue<Role>, form: URLSearchParams) => XmlValue;

const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/';
const NAME = /^[\w+=,.@-]{1,64}$/;
const PATH = /^\/([!-~]{1,510}\/)?$/;
const MAX_DOCUMENT = 10_240;

const ACTIONS = {
  CreateRole: (roles, form) => {
    const name = readName(form, 'RoleName');
    if (roles.find(name)) throw new ApiError(409, 'EntityAlreadyExists', `Role with name ${name} already exists.`);
    const path = form.get('Path') ?? '/';
    if (!PATH.test(path)) throw refuse('The specified value for path is invalid.');
    const role: Role = {
      ...{ name, path, trust: readDocument(form, 'AssumeRolePolicyDocument'), policies: {}, tags: readTags(form) },
      ...{ description: form.get('Description') ?? '', created: new Date().toISOString() },
      id: `AROA${randomBytes(8).toString('hex').toUpperCase()}`,
    };
    roles.put(name, role);
    return { Role: describe(role) };
  },
  GetRole: (roles, form) => ({ Role: describe(getRole(roles, form)) }),
  ListRoles: (roles, form) => {
    const prefix = form.get('PathPrefix') ?? '/';
    const found = roles.list().filter(({ path }) => path.startsWith(prefix));
    return { Roles: found.map(describe), IsTruncated: false };
  },
  UpdateAssumeRolePolicy: (roles, form) => change(roles, form, () => ({ trust: readDocument(form, 'PolicyDocument') })),
  TagRole: (roles, form) => change(roles, form, ({ tags }) => ({ tags: { ...tags, ...readTags(form) } })),
  UntagRole: (roles, form) =>
    change(roles, form, ({ tags }) => {
      const gone = readMembers(form, 'TagKeys', '');
      return { tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.includes(key))) };
    }),
  PutRolePolicy: (roles, form) =>
    change(roles, form, ({ policies }) => {
      return { policies: { ...policies, [readName(form, 'PolicyName')]: readDocument(form, 'PolicyDocument') } };
    }),
  GetRolePolicy: (roles, form) => {
    const role = getRole(roles, form);
    const PolicyName = readName(form, 'PolicyName');
    return { RoleName: role.name, PolicyName, PolicyDocument: encodeURIComponent(getPolicy(role, PolicyName)) };
  },
  ListRolePolicies: (roles, form) => ({ PolicyNames: Object.keys(getRole(roles, form).policies), IsTruncated: false }),
  ListAttachedRolePolicies: (roles, form) => {
    getRole(roles, form);
    return { AttachedPolicies: [], IsTruncated: false };
  },
  DeleteRolePolicy: (roles, form) =>
    change(roles, form, (role) => {
      const name = readName(form, 'PolicyName');
      getPolicy(role, name);
      return { policies: Object.fromEntries(Object.entries(role.policies).filter(([other]) => other !== name)) };
    }),
  DeleteRole: (roles, form) => {
    const { name, policies } = getRole(roles, form);
    const isEmpty = Object.keys(policies).length === 0;
    if (!isEmpty) throw new ApiError(409, 'DeleteConflict', 'Cannot delete entity, must delete policies first.');
    roles.remove(name);
    return undefined;
  },
} satisfies Record<string, Action>;

export function answerIam(roles: Roles, form: URLSearchParams): Answer {
  const name = form.get('Action') ?? '';
  const action = Object.entries<Action>(ACTIONS).find(([known]) => known === name)?.[1];
  if (!action) throw invalidAction(form);
  return formatXml(NAMESPACE, name, action(roles, form));
}

export function invalidAction(form: URLSearchParams): ApiError {
  const [action, version] = [form.get('Action') ?? '', form.get('Version') ?? ''];
  return new ApiError(400, 'InvalidAction', `Could not find operation ${action} for version ${version}`);
}

function change(roles: Roles, form: URLSearchParams, to: (role: Role) => Partial<Role>): undefined {
  const role = getRole(roles, form);
  roles.put(role.name, { ...role, ...to(role) });
}

function getRole(roles: Roles, form: URLSearchParams): Role {
  const name = readName(form, 'RoleName');
  const role = roles.find(name);
  if (role) return role;
  throw new ApiError(404, 'NoSuchEntity', `The role with name ${name} cannot be found.`);
}

function getPolicy({ policies }: Role, name: string): string {
  const text = Object.entries(policies).find(([other]) => other === name)?.[1];
  if (text !== undefined) return text;
  throw new ApiError(404, 'NoSuchEntity', `The role policy with name ${name} cannot be found.`);
}

function describe({ name, id, path, trust, description, created, tags }: Role): { [name: string]: XmlValue } {
  return {
    ...{
      Path: path,
      RoleName: name,
      RoleId: id,
      Arn: `arn:aws:iam::${ACCOUNT}:role${path}${name}`,
      CreateDate: created,
    },
    ...{ AssumeRolePolicyDocument: encodeURIComponent(trust), Description: description, MaxSessionDuration: 3600 },
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

function readName(form: URLSearchParams, field: string): string {
  const name = form.get(field) ?? '';
  if (NAME.test(name)) return name;
  throw refuse(
    `The specified value for ${field} is invalid. It must contain only alphanumeric characters and/or +=,.@_-`,
  );
}

function readDocument(form: URLSearchParams, field: string): string {
  const text = form.get(field) ?? '';
  if (text.length > MAX_DOCUMENT)
    throw new ApiError(409, 'LimitExceeded', `Maximum policy size of ${MAX_DOCUMENT} bytes exceeded`);
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new ApiError(400, 'MalformedPolicyDocument', 'This policy contains invalid Json');
  }
}

function readTags(form: URLSearchParams): Record<string, string> {
  const values = readMembers(form, 'Tags', '.Value');
  return Object.fromEntries(readMembers(form, 'Tags', '.Key').map((key, index) => [key, values[index] ?? '']));
}

/** `Tags.member.1.Key`, `Tags.member.2.Key` … */
function readMembers(form: URLSearchParams, field: string, rest: string): string[] {
  const found: string[] = [];
  for (let index = 1; form.has(`${field}.member.${index}${rest}`); index++) {
    found.push(form.get(`${field}.member.${index}${rest}`) ?? '');
  }
  return found;
}

function refuse(message: string): ApiError {
  return new ApiError(400, 'ValidationError', message);
}
