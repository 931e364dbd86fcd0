package org.virtualcell.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.virtualcell.api.Refusals.assertInvalid;

import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** The expected digits were computed from the documented byte layout by Python's hashlib. */
class ContentDigestTest {
  @Test
  void everyFieldTypeHasItsDocumentedBytes() {
    ContentDigest digest =
        ContentDigest.of("kind/1").add("Zürich").add(7).add(1.5f).add(-2.25).build();
    assertEquals("c57bace9f6de54975ad0041ec48db51e955d1d433e9f49f3d7a271eca6c619ca", digest.hex());
    assertEquals(
        "caa0df154f90b77a31cdbf94ce624a503ed2830941aba18867d20235193f5c9d",
        ContentDigest.of("kind/1").build().hex());
  }

  @Test
  void minusZeroIsZero() {
    assertEquals(
        ContentDigest.of("k").add(0.0f).add(0.0).build(),
        ContentDigest.of("k").add(-0.0f).add(-0.0).build());
  }

  @Test
  void kindsNeverCollide() {
    assertNotEquals(ContentDigest.of("a/1").build(), ContentDigest.of("a/2").build());
  }

  @Property(tries = 200)
  void stringsDoNotRunIntoEachOther(
      @ForAll @StringLength(min = 1, max = 20) String text, @ForAll int cut) {
    int at = Math.floorMod(cut, text.length());
    assertNotEquals(
        ContentDigest.of("k").add(text).add("").build(),
        ContentDigest.of("k").add(text.substring(0, at)).add(text.substring(at)).build());
  }

  @Test
  void contentLongerThanTheBufferIsDigestedWhole() {
    ContentDigest.Builder one = ContentDigest.of("k");
    ContentDigest.Builder other = ContentDigest.of("k");
    for (int i = 0; i < 5000; i++) {
      one.add((long) i);
      other.add(i == 10 ? -1L : i);
    }
    assertNotEquals(one.build(), other.build());
  }

  @Test
  void theLocaleDoesNotMatter() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      assertEquals("gene:IRF1:interference", Perturbation.interference("IRF1").canonical());
      everyFieldTypeHasItsDocumentedBytes();
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void anEndedBuilderIsRefused() {
    ContentDigest.Builder ended = ContentDigest.of("k");
    ended.build();
    assertThrows(IllegalStateException.class, ended::build);
    assertThrows(IllegalStateException.class, () -> ended.add(1L));
    assertThrows(IllegalStateException.class, () -> ended.add("text"));
  }

  @Test
  void otherThan64LowerCaseDigitsAreRefused() {
    String upper = "A".repeat(64);
    String what = "A content digest is 64 lower-case hexadecimal digits";
    assertInvalid(what, "'" + upper + "'", () -> new ContentDigest(upper));
    assertInvalid(what, "'abc'", () -> new ContentDigest("abc"));
    assertThrows(NullPointerException.class, () -> new ContentDigest(null));
  }

  @Test
  void textFormsNameTheAlgorithmOrAbbreviate() {
    ContentDigest digest = ContentDigest.of("kind/1").build();
    assertEquals("sha256:" + digest.hex(), digest.toString());
    assertEquals("caa0df154f90", digest.abbreviated());
  }
}
