import assert from 'node:assert/strict';
import {
  cleanApplicationName,
  contextRoles,
  customId,
  customValue,
  isTestUser,
  nextPage,
  parseHistory,
} from '../../../src/adapter-sdk/index.js';
import { cleanText, cutText } from '../../../src/adapter-sdk/text.js';

const LIS = 'http://purl.imsglobal.org/vocab/lis/v2';

describe('customValue', () => {
  const custom = {
    Course: 'exact',
    course: 'lower',
    Empty: '',
    variable: '$User.id',
    braces: '${user_id}',
    template: '@X@user.id@X@',
    nothing: null,
    number: 4711,
    big: 2 ** 60,
    flag: true,
    price: '$5 fee',
    toString: 'own',
  };
  const value = (name: string) => customValue({ custom }, name);

  it('prefers the exact name and then ignores case', () => {
    assert.equal(value('course'), 'lower');
    assert.equal(value('Course'), 'exact');
    assert.equal(value('COURSE'), 'exact');
    assert.equal(value('NUMBER'), '4711');
  });

  it('finds a name as Moodle and Canvas write it: in lower case, with _ for the rest', () => {
    const doubled = { 'Kaltura.User-Id': 'as written', kaltura_user_id: 'again' };
    assert.equal(customValue({ custom: doubled }, 'Kaltura.User-Id'), 'as written');
    assert.equal(customValue({ custom: { kaltura_user_id: 'again' } }, 'Kaltura.User-Id'), 'again');
    assert.equal(customValue({ custom: { kalturauserid: 'other' } }, 'Kaltura.User-Id'), undefined);
  });

  it('goes on to the other spelling when the exact one says nothing', () => {
    assert.equal(customValue({ custom: { username: '$User.username', Username: 'ada' } }, 'username'), 'ada');
  });

  it('takes "", null, and variables that the LMS did not know for absent', () => {
    for (const name of ['Empty', 'nothing', 'variable', 'braces', 'template', 'missing'])
      assert.equal(value(name), undefined, name);
    assert.equal(value('price'), '$5 fee');
  });

  it('writes numbers and booleans as text, but no rounded number', () => {
    assert.equal(value('flag'), 'true');
    assert.equal(value('big'), undefined);
  });

  it('reads own parameters only', () => {
    assert.equal(customValue({ custom: {} }, 'toString'), undefined);
    assert.equal(value('toString'), 'own');
  });

  it('gives no id with control characters', () => {
    assert.equal(customId({ custom: { a: 'x\u0000y' } }, 'a'), undefined);
    assert.equal(customId({ custom: { a: 'xy' } }, 'a'), 'xy');
  });
});

describe('parseHistory', () => {
  it('keeps the order, decodes each item once and drops repetitions', () => {
    assert.deepEqual(parseHistory('9, 4,9,a%2Cb,a%252Cb,course-v1:A+B'), ['9', '4', 'a,b', 'a%2Cb', 'course-v1:A+B']);
  });

  it('drops what is no id', () => {
    assert.deepEqual(parseHistory(',$Context.id.history, ,truncated,timed%20out,Timed out,%00'), []);
    assert.deepEqual(parseHistory(undefined), []);
  });

  it('takes an item that is not encoded as it stands', () => {
    assert.deepEqual(parseHistory('100%,5'), ['100%', '5']);
  });
});

describe('contextRoles', () => {
  const cases: [what: string, roles: string[], expected: string[]][] = [
    ['a membership URI', [`${LIS}/membership#Instructor`], ['instructor']],
    ['short names', ['Learner', 'Instructor'], ['instructor', 'learner']],
    [
      'an assistant as the specification writes it',
      [`${LIS}/membership/Instructor#TeachingAssistant`],
      ['teaching-assistant'],
    ],
    ['an assistant as Sakai writes it', [`${LIS}/membership#Instructor#TeachingAssistant`], ['teaching-assistant']],
    [
      'several in one string, as in Sakai’s class lists',
      [`${LIS}/membership#Learner,Instructor`],
      ['instructor', 'learner'],
    ],
    [
      'an assistant with the principal role beside it',
      [`${LIS}/membership#Instructor`, `${LIS}/membership/Instructor#TeachingAssistant`],
      ['teaching-assistant'],
    ],
    [
      'an assistant who is a named instructor too',
      [`${LIS}/membership/Instructor#PrimaryInstructor`, `${LIS}/membership/Instructor#TeachingAssistantSection`],
      ['instructor', 'teaching-assistant'],
    ],
    ['a learner’s sub-role named Instructor', [`${LIS}/membership/Learner#Instructor`], ['learner']],
    ['a guest learner', [`${LIS}/membership/Learner#GuestLearner`], ['learner']],
    ['an observer', [`${LIS}/membership#Mentor`], ['mentor']],
    ['a designer', [`${LIS}/membership#ContentDeveloper`], ['content-developer']],
    [
      'a course administrator',
      [`${LIS}/membership#Administrator`, `${LIS}/membership#Learner`],
      ['administrator', 'learner'],
    ],
    ['support staff of the administrator kind', [`${LIS}/membership/Administrator#Support`], []],
    [
      'roles in the institution and the system',
      [
        `${LIS}/institution/person#Administrator`,
        `${LIS}/system/person#SysAdmin`,
        `${LIS}/institution/person#Instructor`,
      ],
      [],
    ],
    [
      'a student who teaches elsewhere',
      [`${LIS}/membership#Learner`, `${LIS}/institution/person#Instructor`],
      ['learner'],
    ],
    [
      'an institution student without any context role',
      [`${LIS}/institution/person#Student`, `${LIS}/institution/person#Instructor`],
      ['learner'],
    ],
    [
      'an institution student with an unknown context role',
      [`${LIS}/institution/person#Student`, `${LIS}/membership#Officer`],
      [],
    ],
    [
      'look-alikes',
      [
        'http://evil.example/membership#Instructor',
        'INSTRUCTOR',
        'membership#Instructor',
        `${LIS}/membership#Instructor#x y`,
        `${LIS}/memberships#Instructor`,
        `${LIS}/membership#constructor`,
        'constructor',
        'toString',
      ],
      [],
    ],
    ['nothing', [], []],
  ];
  for (const [what, roles, expected] of cases) {
    it(`reads ${what}`, () => assert.deepEqual(contextRoles(roles), expected));
  }

  it('tells test users by their system role', () => {
    assert.equal(isTestUser(['http://purl.imsglobal.org/vocab/lti/system/person#TestUser']), true);
    assert.equal(isTestUser([`${LIS}/membership#Learner`, 'TestUser']), false);
  });
});

describe('cleanApplicationName', () => {
  it('keeps a good name', () => assert.equal(cleanApplicationName('Canvas at Law School'), 'Canvas at Law School'));

  it('takes out commas, template braces, controls and marks that turn the direction', () => {
    assert.equal(cleanApplicationName(' Moodle, {{Law}}\n\u202eSchool {x} '), 'Moodle Law School {x}');
    assert.equal(cleanApplicationName('{,{a}\u0000}'), '{ {a} }');
  });

  it('cuts at 60 without halving a character', () => {
    assert.equal(cleanApplicationName('x'.repeat(99))?.length, 60);
    assert.equal(cleanApplicationName(`${'x'.repeat(59)}😀`), 'x'.repeat(59));
  });

  it('gives nothing when nothing is left', () => {
    for (const name of [undefined, '', ' ,, ', '{{}}', '\u0007']) assert.equal(cleanApplicationName(name), undefined);
  });
});

describe('text', () => {
  it('cuts between code points', () => {
    assert.equal(cutText('a😀', 2), 'a');
    assert.equal(cutText('a😀', 3), 'a😀');
  });

  it('makes one well-formed line', () => {
    assert.equal(cleanText('a\ud800\r\nb\u2028c', 255), 'a\ufffd b c');
    assert.equal(cleanText(' \n', 255), undefined);
  });
});

describe('nextPage', () => {
  const next = 'https://lms.example/members?from=50&limit=50';

  it('finds the next page among other links, in any order and letter case', () => {
    assert.equal(nextPage(`<${next}>; rel="next"`), next);
    assert.equal(nextPage(`<https://lms.example/1>; rel="first", <${next}>; title="a, b"; REL="Next"`), next);
    assert.equal(nextPage(`<${next}>; rel="last next"`), next);
    assert.equal(nextPage(`<?p=2>;rel=next`), '?p=2');
  });

  it('understands Moodle’s curly quotes, and single ones', () => {
    const curly = `<${next}>; rel=“next”`;
    assert.equal(nextPage(curly), next);
    assert.equal(nextPage(Buffer.from(curly, 'utf8').toString('latin1')), next);
    assert.equal(nextPage(`<${next}>; rel='next'`), next);
  });

  it('says nothing on the last page or of a header without links', () => {
    for (const header of [
      undefined,
      '',
      'next',
      '<>; rel="next"',
      `<${next}>; rel="prev"`,
      `<${next}>; title="next"`,
    ]) {
      assert.equal(nextPage(header), undefined, header);
    }
  });
});
