package io.gradflow.common.data;

/**
 * How text is cut into units: pieces that never change when text is cut off before or behind them
 * at a unit's edge, which is what makes windows of a text encode as the text does. Which characters
 * are letters is what the running JDK's Unicode tables say.
 */
public enum TextLevel {
  /**
   * Runs of letters, digits, marks and underscores, with apostrophes between letters; every other
   * character but white space, which is left out, is a unit of its own.
   */
  WORD {
    @Override
    public void units(String text, Units to) {
      int at = 0;
      while (at < text.length()) {
        int c = text.codePointAt(at);
        int end = isWord(c) ? wordEnd(text, at) : at + Character.charCount(c);
        if (!isSpace(c) && !to.unit(at, end)) {
          return;
        }
        at = end;
      }
    }
  },

  /** Unicode code points. */
  CHARACTER {
    @Override
    public void units(String text, Units to) {
      int at = 0;
      while (at < text.length()) {
        int end = at + Character.charCount(text.codePointAt(at));
        if (!to.unit(at, end)) {
          return;
        }
        at = end;
      }
    }
  },

  /**
   * Pieces within which pairs of tokens merge: a word as above or a run of other signs, with one
   * space before it if there is one; other white space is a unit a character. Nothing is left out:
   * the units one after the other are the text.
   */
  BYTE_PAIR {
    @Override
    public void units(String text, Units to) {
      int at = 0;
      while (at < text.length()) {
        int start = at;
        if (text.charAt(at) == ' '
            && at + 1 < text.length()
            && !isSpace(text.codePointAt(at + 1))) {
          at++;
        }
        int c = text.codePointAt(at);
        int end =
            isWord(c)
                ? wordEnd(text, at)
                : isSpace(c) ? at + Character.charCount(c) : signsEnd(text, at);
        if (!to.unit(start, end)) {
          return;
        }
        at = end;
      }
    }
  };

  /** Takes the units of a text in order. */
  public interface Units {
    /**
     * @param from index of the unit's first character
     * @param to one past its last
     * @return whether more are wanted
     */
    boolean unit(int from, int to);
  }

  /** Cuts a text. */
  public abstract void units(String text, Units to);

  /** The end of the word that starts here. */
  private static int wordEnd(String text, int at) {
    int end = at;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      boolean inner =
          (c == '\'' || c == '\u2019')
              && Character.isLetter(text.codePointBefore(end))
              && end + 1 < text.length()
              && Character.isLetter(text.codePointAt(end + 1));
      if (!inner && !isWord(c)) {
        break;
      }
      end += Character.charCount(c);
    }
    return end;
  }

  /** The end of the run of other signs that starts here. */
  private static int signsEnd(String text, int at) {
    int end = at;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      if (isWord(c) || isSpace(c)) {
        break;
      }
      end += Character.charCount(c);
    }
    return end;
  }

  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private static boolean isWord(int c) {
    int type = Character.getType(c);
    return Character.isLetterOrDigit(c)
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || c == '_';
  }
}
