/** Checked against our reading and against Compose's own. */
export const envFileText = `\uFEFF# a comment
  # another
PLAIN=value
export EXPORTED=yes
YAML: yaml
SPACED   =   around   
COMMENT=value # comment
HASH=a#b
SINGLE='literal $PLAIN \\n # no'
ESCAPED='it\\'s \\\\ \\x'
DOUBLE="with $PLAIN and \\"quotes\\""
ESCAPES="tab\\tline\\nback\\\\slash \\$PLAIN \\x"
OCTAL="\\0101"
LINES='one
two'
EMPTY=
QUOTED_EMPTY=""
USES=\${PLAIN}/\${NONE:-default}
TWICE=1
TWICE=2
with.dot-and_more=x
ÜMLAUT=ü
CARRIAGE=return\r
BEHIND="quote" # comment
EQUALS=a=b=c
LAST='no line break'`;

export const envFileValues: Readonly<Record<string, string>> = {
  PLAIN: 'value',
  EXPORTED: 'yes',
  YAML: 'yaml',
  SPACED: 'around',
  COMMENT: 'value',
  HASH: 'a#b',
  SINGLE: 'literal $PLAIN \\n # no',
  ESCAPED: "it's \\\\ \\x",
  DOUBLE: 'with value and "quotes"',
  ESCAPES: 'tab\tline\nback\\slash $PLAIN \\x',
  OCTAL: 'A',
  LINES: 'one\ntwo',
  EMPTY: '',
  QUOTED_EMPTY: '',
  USES: 'value/default',
  TWICE: '2',
  'with.dot-and_more': 'x',
  ÜMLAUT: 'ü',
  CARRIAGE: 'return',
  BEHIND: 'quote',
  EQUALS: 'a=b=c',
  LAST: 'no line break',
};
