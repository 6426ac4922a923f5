package io.gradflow.driver.profile;

import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawGroup.Content;
import io.gradflow.common.data.RawGroups;
import io.gradflow.common.data.RawRow;
import io.gradflow.common.data.RawValues;
import io.gradflow.driver.profile.ColumnPlace.Role;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts what the columns of a table hold: over the rows of a partition, then merged in any order.
 * One thread.
 */
public final class TableTally implements Serializable {
  private static final long serialVersionUID = 1;

  /** More number columns than this in one feature are profiled as one: pixels, embeddings. */
  private static final int MOST_APART = 128;

  private final ArrayList<ColumnPlace> places;
  private final ArrayList<ColumnTally> columns = new ArrayList<>();
  // The one label that features may tell: a class, or a number; -1 without.
  private final int label;
  private long rows;

  private TableTally(List<ColumnPlace> places) {
    this.places = new ArrayList<>(places);
    int found = -1;
    int labels = 0;
    for (int i = 0; i < places.size(); i++) {
      if (places.get(i).role() == Role.LABEL) {
        labels++;
        found = places.get(i).single() && places.get(i).content() != Content.TEXT ? i : -1;
      }
    }
    this.label = labels == 1 ? found : -1;
    boolean classes = label >= 0 && places.get(label).content() == Content.LABEL;
    boolean regression = label >= 0 && !classes;
    places.forEach(place -> columns.add(new ColumnTally(place, classes, regression)));
  }

  /**
   * No rows yet.
   *
   * @param groups of the raw rows
   * @param inputs how many of the groups' parts are network inputs; the others are labels
   */
  public static TableTally of(RawGroups groups, int inputs) {
    Set<Integer> features = new HashSet<>(groups.groupOfPart().subList(0, inputs));
    Set<String> seen = new HashSet<>();
    List<ColumnPlace> places = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      boolean weight = groups.weighted() && g == groups.size() - 1;
      Role role = weight ? Role.WEIGHT : features.contains(g) ? Role.FEATURE : Role.LABEL;
      for (ColumnPlace place : places(groups.groups().get(g), role, g)) {
        // A column that several features read is profiled once; as a label always.
        if (seen.add(place.name()) || role == Role.LABEL) {
          places.add(place);
        }
      }
    }
    return new TableTally(places);
  }

  private static List<ColumnPlace> places(RawGroup group, Role role, int g) {
    List<String> names = group.columns();
    boolean numbers = group.content() == Content.NUMBER || group.content() == Content.TIME;
    if (numbers && names.size() <= MOST_APART) {
      List<ColumnPlace> places = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        places.add(new ColumnPlace(names.get(i), role, group.content(), g, i));
      }
      return places;
    }
    String name =
        names.size() == 1
            ? names.get(0)
            : "%s to %s, %d columns"
                .formatted(names.get(0), names.get(names.size() - 1), names.size());
    return List.of(new ColumnPlace(name, role, group.content(), g, -1));
  }

  /** The same without any rows. */
  public TableTally empty() {
    return new TableTally(places);
  }

  /**
   * Adds a row.
   *
   * @param rowHash of its content
   */
  public void add(RawRow row, long rowHash) {
    rows++;
    long labelHash = 0;
    double number = 0;
    if (label >= 0) {
      ColumnPlace place = places.get(label);
      RawValues values = row.group(place.group());
      if (place.content() == Content.LABEL) {
        labelHash = ColumnTally.hash(values.text());
      } else {
        number = values.number(place.at());
      }
    }
    for (ColumnTally column : columns) {
      column.add(row.group(column.place().group()), rowHash, labelHash, number);
    }
  }

  /** Writes the counts of the rows that were added. */
  public void write(DataOutput to) throws IOException {
    to.writeLong(rows);
    for (ColumnTally column : columns) {
      column.write(to);
    }
  }

  /** Merges what {@link #write} wrote for other rows. */
  public void merge(DataInput from) throws IOException {
    rows += from.readLong();
    for (ColumnTally column : columns) {
      column.merge(from);
    }
  }

  public long rows() {
    return rows;
  }

  /** What was counted. */
  public TableProfile profile() {
    Optional<ColumnTally> told = label < 0 ? Optional.empty() : Optional.of(columns.get(label));
    Map<Long, String> first = new HashMap<>();
    List<ColumnProfile> profiles = new ArrayList<>();
    for (ColumnTally column : columns) {
      Optional<String> same = Optional.empty();
      if (column.place().single() && column.place().role() == Role.FEATURE && rows > 0) {
        String name = column.place().name();
        same =
            Optional.of(first.computeIfAbsent(column.fingerprint(), key -> name))
                .filter(other -> !other.equals(name));
      }
      profiles.add(column.profile(same, told.filter(one -> rows > 0)));
    }
    return new TableProfile(TableProfile.FORMAT_VERSION, rows, profiles);
  }

  /** How these rows differ from those of a profile, for columns of the same name and content. */
  public List<Drift> driftFrom(TableProfile reference) {
    List<Drift> drift = new ArrayList<>();
    for (ColumnTally column : columns) {
      reference
          .column(column.place().name())
          .flatMap(before -> Drift.of(before, column))
          .ifPresent(drift::add);
    }
    return drift;
  }
}
