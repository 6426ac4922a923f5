package io.gradflow.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A benchmark's command line: options {@code name=value} in any order, and other words. */
final class Arguments {
  private static final Pattern OPTION = Pattern.compile("([A-Za-z]+)=(.*)");

  private final Map<String, String> options = new HashMap<>();
  private final List<String> words = new ArrayList<>();

  /**
   * @param names of the options there are
   * @throws IllegalArgumentException if there is another option, or one twice
   */
  Arguments(String[] args, String... names) {
    for (String arg : args) {
      Matcher option = OPTION.matcher(arg);
      if (!option.matches()) {
        words.add(arg);
      } else if (!List.of(names).contains(option.group(1))) {
        throw new IllegalArgumentException(
            "no option " + arg + "; expected one of " + List.of(names));
      } else if (options.put(option.group(1), option.group(2)) != null) {
        throw new IllegalArgumentException("option " + option.group(1) + " is given twice");
      }
    }
  }

  /** What is no option, in its order. */
  List<String> words() {
    return words;
  }

  /** Whether the word is there; from now on it is none of {@link #words}. */
  boolean take(String word) {
    return words.remove(word);
  }

  /**
   * @throws IllegalArgumentException if there are more words than a benchmark knows what to do with
   */
  void expectAtMost(int count) {
    if (words.size() > count) {
      throw new IllegalArgumentException("no argument " + words.get(count));
    }
  }

  String text(String name, String otherwise) {
    return options.getOrDefault(name, otherwise);
  }

  /**
   * @throws IllegalArgumentException if the option's value is no whole number from 1 to 999999999
   */
  int number(String name, int otherwise) {
    String value = options.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("0*[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "option " + name + "=" + value + "; expected a whole number from 1 to 999999999");
    }
    return Integer.parseInt(value);
  }
}
