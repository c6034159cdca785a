"""Tests of the measuring script on sources small enough to count by eye."""

import unittest

import copies
import imports
import knowledge
import prose
import rust


def graph(**files):
    return imports.Graph([rust.Source(name.replace("__", "/") + ".rs", text) for name, text in files.items()])


class Sources(unittest.TestCase):
    def test_comments_and_strings_are_no_code(self):
        source = rust.Source("a.rs", 'fn f() { g("// {"); } // fn h() {\n/* fn i() {} */ let c = \'"\';')
        self.assertEqual([function.name for function in source.functions], ["f"])
        self.assertEqual([literal.text for literal in source.literals], ["// {"])
        self.assertEqual(source.comments, ["fn h() {\nfn i() {} "])

    def test_items_of_tests_are_not_product(self):
        source = rust.Source("a.rs", "struct A;\n#[cfg(test)]\nmod tests {\n    struct B;\n}\nstruct C;\n")
        self.assertEqual(list(source.types()), ["A", "C"])
        self.assertEqual((source.lines(of_tests=False), source.lines(of_tests=True)), (2, 4))

    def test_associated_types_are_not_counted(self):
        source = rust.Source("a.rs", "impl I for A {\n    type Item = u8;\n}\ntype Own = u8;\n")
        self.assertEqual(list(source.types()), ["Own"])


class Imports(unittest.TestCase):
    def test_a_reexported_name_leads_to_its_definition(self):
        found = graph(path__mod="pub use hop::Hop;", path__hop="pub struct Hop;", check__mod="use crate::path::Hop;")
        self.assertEqual(found.edges[("check",)], {("path", "hop")})
        self.assertEqual(found.circles(), [])

    def test_a_circle_through_super_is_found(self):
        found = graph(a__mod="fn f() { b::g() }\nuse b::G;", a__b="use super::f;", c="use crate::a::b::{self, G as H};")
        self.assertEqual(found.circles(), [[("a",), ("a", "b")]])

    def test_an_import_from_a_higher_room_is_found(self):
        self.assertEqual(graph(model="use crate::cli::X;", cli="struct X;").upward(), [("model.rs", "cli.rs")])


class Knowledge(unittest.TestCase):
    def test_a_shared_type_name_has_two_homes(self):
        sources = [rust.Source("a.rs", "struct Text;"), rust.Source("b.rs", "enum Text { A }\nstruct B;")]
        self.assertEqual(knowledge.shared_type_names(sources), ({"Text": ["a.rs", "b.rs"]}, 3))

    def test_a_copy_is_counted_once(self):
        lines = "".join(f"let a{n} = {n};\n" for n in range(8))
        sources = [rust.Source("a.rs", lines), rust.Source("b.rs", "let x = 1;\n" + lines)]
        self.assertEqual(copies.pairs(sources), [("a.rs", "b.rs", 8)])


class Prose(unittest.TestCase):
    def test_code_is_no_prose(self):
        text = prose.Prose("It says `told`.\n\n```\nhe says\n```\n\n| What it says | x |\n|---|---|\n| row two | y |\n")
        self.assertEqual(text.with_word(prose.TELL), ["It says X."])

    def test_questions_and_headings_may_open_with_what(self):
        text = prose.Prose("# What it is\n\nWhat is it? What is left fails. The rest does not.\n")
        self.assertEqual(text.free_clauses(), ["What is left fails."])


if __name__ == "__main__":
    unittest.main()
